#!/bin/sh
# The live tests need LibreOffice, its Python module and a Chinese font. Installs them where apt-get can; elsewhere says
# loudly what will be left out (in CI the tests themselves then fail).
set -u
python=$1

works() {
    command -v soffice >/dev/null 2>&1 &&
        "$python" -c 'import sys; sys.path.append("/usr/lib/python3/dist-packages"); import uno' >/dev/null 2>&1
}

works && exit 0

if command -v apt-get >/dev/null 2>&1; then
    if [ "$(id -u)" = 0 ]; then as_root=""; else as_root="sudo -n"; fi
    echo "Installing LibreOffice for the live tests (apt-get) ..."
    $as_root apt-get update -qq &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
            libreoffice-calc python3-uno fonts-noto-cjk >/dev/null
fi

works && exit 0

echo "============================================================================================"
echo "LibreOffice with its Python module is not available to $("$python" --version)."
echo "The tests marked 'office' will be LEFT OUT. To run them, install LibreOffice and python3-uno"
echo "for the same Python minor version."
echo "============================================================================================"
exit 0
