"""Stacks as py-spy counts them, one kind a line: where a process was, and which modules it was in itself. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

_LINE = re.compile(r"(?P<stack>.+) (?P<count>\d+)")
_FRAME = re.compile(r"(?P<function>.*) \((?P<file>[^():]+)(?::\d+)?\)")
_NAMELESS = "elsewhere"
_PACKAGES = re.compile(r".*(?:site-packages|python3\.\d+)/")

Stack = tuple[str, ...]


def stacks(text: str) -> Iterator[tuple[Stack, int]]:
    """The frames of each line from the outermost inwards, and how often it was met there."""
    for line in text.splitlines():
        found = _LINE.fullmatch(line)
        if found is not None:
            yield tuple(found["stack"].split(";")), int(found["count"])


def counted(met: Iterable[tuple[Stack, int]]) -> Counter[Stack]:
    """Stacks that are there twice are one."""
    found = Counter[Stack]()
    for stack, count in met:
        found[stack] += count
    return found


def module_of(frame: str) -> str:
    """`aiohttp.web_protocol` of `start (aiohttp/web_protocol.py:650)`."""
    found = _FRAME.fullmatch(frame)
    if found is None:
        return _NAMELESS
    path = _PACKAGES.sub("", found["file"])
    return re.sub(r"(/__init__)?\.(py|pyx)$", "", path).strip("/").replace("/", ".")


def function_of(frame: str) -> str:
    """Without the line: the same function is one frame of a picture, wherever in it time was spent."""
    found = _FRAME.fullmatch(frame)
    return f"{found['function']} ({module_of(frame)})" if found else frame


def own(counted: Mapping[Stack, int]) -> tuple[Counter[str], Counter[str]]:
    """How often each module, and each function, was the innermost: C code counts for the Python that has called it."""
    modules, functions = Counter[str](), Counter[str]()
    for stack, count in counted.items():
        modules[module_of(stack[-1])] += count
        functions[function_of(stack[-1])] += count
    return modules, functions


def table(counted: Mapping[Stack, int], each_us: float | None, rows_max: int = 30) -> str:
    """Own time by module, then by function; with the processor time of one event, how much of it each has."""
    total = sum(counted.values())
    told = [f"{total} samples" + (f", {each_us:.0f} us for each that was counted" if each_us else "")]
    for title, counts in zip(("module", "function"), own(counted), strict=True):
        told += ["", f"{'own':>6} {'us':>7}  {title}"]
        for name, count in counts.most_common(rows_max):
            us = f"{each_us * count / total:7.1f}" if each_us else " " * 7
            told.append(f"{100 * count / total:5.1f}% {us}  {name}")
    return "\n".join(told) + "\n"
