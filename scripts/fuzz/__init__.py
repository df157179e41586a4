"""A fuzzer for received workbooks: bytes of the zip, spellings and structure of the XML, and what stands in cells.

``python -m scripts.fuzz --survey mini --cases 100000 --seed 1`` makes as many cases from good returns and judges what
the package, the reader and the examination make of each. docs/fuzzing.md tells more.
"""
