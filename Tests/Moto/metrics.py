"""Reads metrics in Prometheus' text format from standard input, with the parser of Prometheus' own client library.

Prints one JSON document: a list of families, each with its name, type, help and samples. Ends with 1, and says why, for what Prometheus would not
take or would take twice; the parser itself lets duplicates pass.
"""

import json
import sys

from prometheus_client.parser import text_string_to_metric_families


def main():
    text = sys.stdin.read()
    families, seen = [], set()
    for family in text_string_to_metric_families(text):
        if any(other["name"] == family.name for other in families):
            sys.exit(f"family {family.name} stands there twice")
        for sample in family.samples:
            key = (sample.name, tuple(sorted(sample.labels.items())))
            if key in seen:
                sys.exit(f"sample {key} stands there twice")
            seen.add(key)
        samples = [{"name": sample.name, "labels": sample.labels, "value": sample.value} for sample in family.samples]
        families.append({"name": family.name, "type": family.type, "help": family.documentation, "samples": samples})
    print(json.dumps(families))


if __name__ == "__main__":
    main()
