#!/usr/bin/env python3
"""usage: mayfly --experimental-dump-help | scripts/man-pages.py DIRECTORY VERSION DATE

Writes a manual page for the program and for each of its commands into the directory: mayfly.1, mayfly-run.1, mayfly-rules-check.1.
What stands in them is what --help says. The same program and date give the same bytes.
"""

import json
import pathlib
import re
import sys


def escaped(text):
    """Text that troff prints as it is, also with a dot or a quote at the start of a line."""
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("…", "...")
    text = text.replace("^", "\\(ha").replace("~", "\\(ti").replace("'", "\\(aq")
    return re.sub(r"(?m)^\.", "\\\\&.", text)


def bold(text):
    return "\\fB" + escaped(text) + "\\fR"


def italic(text):
    return "\\fI" + escaped(text) + "\\fR"


def spelled(name):
    return ("--" if name["kind"] == "long" else "-") + name["name"]


def shown(argument):
    """An argument as it stands in a synopsis, without brackets."""
    value = italic(argument.get("valueName", "value"))
    if argument["kind"] == "positional":
        return value
    name = bold(spelled(argument["preferredName"]))
    return name if argument["kind"] == "flag" else name + " " + value


def synopsis(path, command):
    words = [bold(" ".join(path))]
    for argument in arguments_of(command):
        text = shown(argument) + (" ..." if argument.get("isRepeating") else "")
        words.append("[" + text + "]" if argument.get("isOptional") else text)
    if commands_of(command):
        words.append(italic("command"))
    return words


def arguments_of(command):
    return [each for each in command.get("arguments", []) if each.get("shouldDisplay", True)]


def commands_of(command):
    return [each for each in command.get("subcommands", []) if each.get("shouldDisplay", True) and each["commandName"] != "help"]


def discussion(text):
    """Prose as paragraphs; lines that are indented as they are; a line in capitals heads a section."""
    lines = []
    is_kept = False
    for line in text.split("\n"):
        is_indented = line.startswith("  ")
        if is_kept and not is_indented:
            lines.append(".EE")
            is_kept = False
        if re.fullmatch(r"[A-Z][A-Z ]+", line):
            while lines and lines[-1] == ".PP":
                lines.pop()
            lines.append('.SH "' + line + '"')
        elif not line.strip():
            if lines and not lines[-1].startswith(".SH") and lines[-1] != ".PP":
                lines.append(".PP")
        elif is_indented:
            if not is_kept:
                while lines and lines[-1] == ".PP":
                    lines.pop()
                if lines and not lines[-1].startswith(".SH"):
                    lines.append(".PP")
                lines.append(".EX")
                is_kept = True
            lines.append(escaped(line))
        else:
            lines.append(escaped(line))
    if is_kept:
        lines.append(".EE")
    while lines and lines[-1] == ".PP":
        lines.pop()
    return lines


def page(path, command, version, date):
    name = "-".join(path)
    title = name.upper()
    abstract = command.get("abstract", "").rstrip(".")
    lines = [f'.TH "{title}" "1" "{date}" "Mayfly {version}" "Mayfly"', ".nh", ".ad l"]
    lines += [".SH NAME", escaped(name) + " \\- " + escaped(abstract[:1].lower() + abstract[1:])]
    lines += [".SH SYNOPSIS", *synopsis(path, command)]
    if command.get("discussion"):
        prose, rest = split(command["discussion"])
        lines += [".SH DESCRIPTION", *discussion(prose)] if prose else []
    else:
        rest = ""
    if commands_of(command):
        lines.append(".SH COMMANDS")
        for each in commands_of(command):
            lines += [".TP", bold("-".join(path + [each["commandName"]])) + "(1)", escaped(each.get("abstract", ""))]
    if arguments_of(command):
        lines.append(".SH OPTIONS")
        for argument in arguments_of(command):
            names = ", ".join(bold(spelled(each)) for each in argument.get("names", []))
            head = shown(argument) if argument["kind"] == "positional" else names
            if argument["kind"] == "option":
                head += " " + italic(argument.get("valueName", "value"))
            lines += [".TP", head, escaped(argument.get("abstract", ""))]
    lines += discussion(rest)
    if len(path) > 1:
        lines += ['.SH "SEE ALSO"', bold("-".join(path[:-1])) + "(1)"]
    return "\n".join(lines) + "\n"


def split(text):
    """What comes before the first section, and the sections."""
    found = re.search(r"(?m)^[A-Z][A-Z ]+$", text)
    return (text[: found.start()].strip("\n"), text[found.start() :]) if found else (text.strip("\n"), "")


def write(directory, path, command, version, date):
    (directory / ("-".join(path) + ".1")).write_text(page(path, command, version, date), encoding="utf-8")
    for each in commands_of(command):
        write(directory, path + [each["commandName"]], each, version, date)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    command = json.load(sys.stdin)["command"]
    directory = pathlib.Path(sys.argv[1])
    write(directory, [command["commandName"]], command, sys.argv[2], sys.argv[3])


main()
