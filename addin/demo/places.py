"""Where everything lies in the folder of a demo."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from addin.demo.cast import DemoError
from addin.roster import ReportingUnit, name_workbook
from templates.words import lookup, say


@dataclass(frozen=True)
class DemoPlaces:
    """The files and folders of one demo."""

    folder: Path

    @property
    def checking(self) -> Path:
        """What the check of the roster left."""
        return self.folder / say("demo.folders.checking")

    @property
    def old_roster(self) -> Path:
        """The roster before the units had checked it."""
        return self.checking / say("demo.folders.old_roster")

    @property
    def forms_out(self) -> Path:
        """The pages on which units check their line of the roster, as mailed out."""
        return self.checking / say("demo.folders.forms_out")

    @property
    def forms_back(self) -> Path:
        """The same as mailed back."""
        return self.checking / say("demo.folders.forms_back")

    @property
    def roster(self) -> Path:
        """The roster."""
        return self.folder / "roster.xlsx"

    @property
    def workbooks(self) -> Path:
        """The workbooks as mailed out."""
        return self.folder / "workbooks"

    @property
    def returns(self) -> Path:
        """The workbooks as mailed back."""
        return self.folder / "returns"

    @property
    def composing(self) -> Path:
        """What units with parts filled themselves, and the traces of their composed returns."""
        return self.folder / say("demo.folders.composing")

    @property
    def summary(self) -> Path:
        """The consolidated workbook."""
        return self.folder / str(lookup("consolidated.file_name"))

    @property
    def store(self) -> Path:
        """What the city remembers."""
        return self.folder / say("demo.store")

    @property
    def evidence(self) -> Path:
        """Every file that came, as it came."""
        return self.store.with_name(f"{self.store.name}.files")

    @property
    def sent_back(self) -> Path:
        """What was sent back to units, a folder for each contact person."""
        return self.folder / say("demo.folders.sent_back")

    @property
    def guide(self) -> Path:
        """What to look at; also the sign that the demo may write over what is here."""
        return self.folder / say("demo.guide")

    def trace(self, unit: ReportingUnit) -> Path:
        """The trace of a unit's composed return."""
        return self.composing / name_workbook(unit, "demo.trace_file")

    def clear(self) -> None:
        """Make the folders, without what an earlier demo left. Raises :class:`DemoError` over anybody else's files."""
        nested = [inner for outer in (self.sent_back, self.evidence) if outer.is_dir() for inner in outer.iterdir()]
        inside = [folder for folder in nested if folder.is_dir()]
        outside = (self.workbooks, self.returns, self.forms_out, self.forms_back, self.checking, self.composing)
        for folder in (*inside, self.sent_back, self.evidence, *outside):
            self._clear(folder)
        if self.guide.exists():
            self.store.unlink(missing_ok=True)
        for folder in (self.workbooks, self.returns):
            folder.mkdir(parents=True, exist_ok=True)
        self.guide.touch()

    def _clear(self, folder: Path) -> None:
        """Empty a folder and take it away, unless it has folders of somebody's own in it."""
        found = list(folder.iterdir()) if folder.exists() else []
        if found and not self.guide.exists():
            raise DemoError(say("demo.not_empty", folder=folder))
        for path in found:
            if path.is_file():
                path.unlink()
        if folder.exists() and not any(folder.iterdir()):
            folder.rmdir()
