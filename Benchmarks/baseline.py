#!/usr/bin/env python3
"""How much CPU Python needs merely to parse what a round reads: orjson for JSON, ElementTree for XML, nothing done with the result.

    baseline.py FOLDER [VARIANT]

Prints one line of JSON: seconds of CPU (user and system), the best of five, and the bytes. `cpu_seconds` is Python as everybody runs it;
`cpu_seconds_without_gc` is with the garbage collector switched off, which spends its time for nothing while a large answer is parsed.
"""

import gc
import json
import platform
import resource
import sys
from pathlib import Path
from xml.etree import ElementTree

import orjson

RUNS = 5


def seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def best(parse, bodies: list[bytes], collects: bool) -> float:
    """Each result is dropped before the next is made, so only one is in memory at a time. That costs, and a program pays it too."""
    times = []
    for _ in range(RUNS):
        gc.collect()
        (gc.enable if collects else gc.disable)()
        start = seconds()
        for body in bodies:
            parse(body)
        times.append(seconds() - start)
    return min(times)


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    folder, variant = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 0
    files = {path.name: path for number in {0, variant} for path in sorted((folder / f"variant-{number}").iterdir())}
    bodies = {name: path.read_bytes() for name, path in sorted(files.items())}
    texts = [body for name, body in bodies.items() if name.endswith(".json")]
    documents = [body for name, body in bodies.items() if name.endswith(".xml")]
    result = {}
    for suffix, collects in (("", True), ("_without_gc", False)):
        of_json, of_xml = best(orjson.loads, texts, collects), best(ElementTree.fromstring, documents, collects)
        result |= {f"cpu_seconds{suffix}": round(of_json + of_xml, 3), f"json_seconds{suffix}": round(of_json, 3), f"xml_seconds{suffix}": round(of_xml, 3)}
    result |= {
        "json_bytes": sum(map(len, texts)),
        "xml_bytes": sum(map(len, documents)),
        "orjson": orjson.__version__,
        "python": platform.python_version(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
