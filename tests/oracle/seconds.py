"""Method version 1 once more, by brute force: a byte for every second. Written from the rules as published, and by
another way than the program's, which computes with stretches; where the two differ, one of them is wrong.

A second of a line, a check or a service is one of these; they are bits, so that several are joined by «or»."""
import itertools
import math

UNKNOWN, UP, DEGRADED, DOWN = 0, 1, 2, 4
NOTHING, GOODNESS, BADNESS = 0, 1, 2  # what a result or a second says, roughly
ROUGHLY = {UNKNOWN: NOTHING, UP: GOODNESS, DEGRADED: GOODNESS, DOWN: BADNESS}
HUNDRED_THOUSAND = 100000
WEEK = 7 * 86400
WINDOWS = (3600, 86400, 7 * 86400, 30 * 86400, 365 * 86400)


def table(state_of):
    return bytes(state_of(bits) for bits in range(256))


def of_families(bits):
    """Rule 6: down when all that are known are down, degraded when only some are or one is slow."""
    return bits if bits in (UNKNOWN, UP, DOWN) else DEGRADED


EXTRA_FAULT = 8


def of_checks(bits):
    if bits & DOWN:
        return DOWN
    if not bits & (UP | DEGRADED):
        return UNKNOWN
    return DEGRADED if bits & (DEGRADED | EXTRA_FAULT) else UP


OF_FAMILIES, OF_CHECKS = table(of_families), table(of_checks)
OUT_OF_COUNT = table(lambda maintained: 16 if maintained else 0)
OF_EXTRA = table(lambda state: EXTRA_FAULT if state in (DEGRADED, DOWN) else 0)


def join(arrays):
    joined = 0
    for array in arrays:
        joined |= int.from_bytes(array, "little")
    return joined.to_bytes(len(arrays[0]), "little")


def rows(results):
    """Results in a row of one kind: (kind, [(ms, outcome), ...]). Seven days without any interrupt a row."""
    row, last = [], None
    for at, outcome in results:
        kind = ROUGHLY[outcome]
        if row and (kind != last or at // 1000 - row[-1][0] // 1000 >= WEEK):
            yield last, row
            row = []
        row.append((at, outcome))
        last = kind
    if row:
        yield last, row


class Line:
    """One check on one family: (time in ms, outcome) in, the meaning of every result out. Each speaks until the next,
    at most for `reach` seconds."""

    def __init__(self, results, reach):
        self.reach = reach
        self.said = []  # (second, state, what the attempt found) of every result, after confirmation
        self.blips = []  # (second of the first failure, of what ended the row or 0, how many failed, what the end found)
        self.open = math.inf  # from there on nobody knows yet
        held, all_rows = UNKNOWN, list(rows(results))
        for (kind, row), following in zip(all_rows, [*(row for _, row in all_rows[1:]), None]):
            if kind == BADNESS and len(row) < 3 and held != DOWN:
                self.unconfirmed(row, following)
            row = [(at // 1000, outcome) for at, outcome in row]
            needed = {NOTHING: 1, GOODNESS: 2 if held == DOWN else 1, BADNESS: 3}[kind]
            if len(row) < needed:
                self.said += [(at, held, kind) for at, _ in row]
            else:
                self.said += [(at, outcome, kind) for at, outcome in row]
                held = row[-1][1] if kind != NOTHING else held
        self.changes = dict(self.each_change())

    def unconfirmed(self, row, following):
        first, last = row[0][0] // 1000, row[-1][0] // 1000
        if following is None:
            self.open = first
        elif following[0][0] // 1000 - last >= WEEK:
            self.blips.append((first, 0, len(row), UNKNOWN))
        else:
            self.blips.append((first, following[0][0] // 1000, len(row), following[0][1]))

    def each_change(self):
        """(second, the other end of the bracket), where what it says changes: the last good result before it is bad,
        the last bad one before it is good again, else the last result of all. What goes on after a silence has the
        bracket of its beginning."""
        spoke, head, last, before = UNKNOWN, None, {}, None
        for (at, state, found), (end, *_) in zip(self.said, [*self.said[1:], (math.inf,)]):
            if head is None or state != head[1]:
                known = ROUGHLY[head[1]] if head else NOTHING
                if state == DOWN:
                    before = last.get(GOODNESS)
                elif known == BADNESS and state != UNKNOWN:
                    before = last.get(BADNESS)
                else:
                    before = head and head[0]
            if state != spoke:
                yield at, before
            last[found], head, spoke = at, (at, state), state
            if state != UNKNOWN and end > at + self.reach:
                spoke = UNKNOWN
                yield at + self.reach, at

    def paint(self, begin, length):
        seconds = bytearray(length)
        ends = [at for at, *_ in self.said[1:]] + [begin + length]
        for (at, state, _), end in zip(self.said, ends):
            low, high = max(at - begin, 0), min(end, at + self.reach, begin + length) - begin
            if high > low:
                seconds[low:high] = bytes((state,)) * (high - low)
        return seconds


ROUGH, ANY = table(lambda state: ROUGHLY.get(state, NOTHING)), table(bool)


def runs(array):
    """(value, from, to) of equal bytes. Edges are what is left of the array less itself one second later."""
    whole = int.from_bytes(array, "little")
    edges = (whole ^ whole << 8).to_bytes(len(array) + 1, "little").translate(ANY)
    start = 0
    while start < len(array):
        end = edges.find(1, start + 1)
        end = len(array) if end < 0 else end
        yield array[start], start, end
        start = end


class Service:
    """`checks`: (is essential, interval in s, [results of a family, ...])"""

    def __init__(self, checks, begin, length):
        self.begin, self.length = begin, length
        self.changes, self.lines = {}, []
        arrays = []
        for essential, interval, families in checks:
            lines = [Line(results, 2 * interval) for results in families]
            self.lines.append(lines)
            check = join([line.paint(begin, length) for line in lines]).translate(OF_FAMILIES)
            arrays.append(check if essential else check.translate(OF_EXTRA))
            for line in lines:
                for at, before in line.changes.items():
                    self.changes.setdefault(at, []).append(before)
        self.seconds = join(arrays).translate(OF_CHECKS)
        self.runs = [(kind, begin + low, begin + high) for kind, low, high in runs(self.seconds.translate(ROUGH))]
        self.outages = [(low, high) for kind, low, high in self.runs if kind == BADNESS]

    def part(self, start, end):
        low, high = (min(max(at - self.begin, 0), self.length) for at in (start, end))
        before, after = max(0, min(self.begin, end) - start), max(0, end - max(self.begin + self.length, start))
        return bytes(before) + self.seconds[low:high] + bytes(after)

    def doubts(self):
        """(kind, from, to): stretches that count as good or bad, between the last result that said so and the first
        that said otherwise. Where several lines change at once, the widest."""
        for kind, begin, end in self.runs:
            before = [known for known in self.changes.get(end, []) if known is not None]
            if kind != NOTHING and before and min(before) < end:
                yield kind, max(begin, min(before)), end

    def bounds(self, start, end):
        """Seconds that are good at least and at most: what is not known is taken against the service, and for it."""
        worst, best = bytearray(self.part(start, end)), bytearray(self.part(start, end))
        for kind, low, high in self.doubts():
            low, high = max(low, start) - start, min(high, end) - start
            if high > low and kind == BADNESS:
                best[low:high] = bytes((UP,)) * (high - low)
            elif high > low:
                worst[low:high] = bytes((DOWN,)) * (high - low)
        return worst.count(UP) + worst.count(DEGRADED), len(best) - best.count(DOWN)

    def worst_windows(self, start, end):
        sums = [0, *itertools.accumulate(second == DOWN for second in self.part(start, end))]
        return {wide: max(b - a for a, b in zip(sums, sums[wide:])) for wide in WINDOWS if wide < len(sums)}

    def figures(self, start, end, incident_after, maintenance):
        """`maintenance` has a byte for every second of the period, 1 where it counts."""
        part = self.part(start, end)
        outside = join([part, maintenance.translate(OUT_OF_COUNT)])
        begun = [to - at for at, to in self.outages if start <= at < end]
        ended = [to - at for at, to in self.outages if start < to <= end]  # with its last second
        inside = [min(to, end) - max(at, start) for at, to in self.outages]
        least, most = self.bounds(start, end)
        return {"up": part.count(UP) + part.count(DEGRADED), "degraded": part.count(DEGRADED),
                "down": part.count(DOWN), "unknown": part.count(UNKNOWN), "least": least, "most": most,
                "maintenance": maintenance.count(1), "down outside": outside.count(DOWN),
                "up outside": outside.count(UP) + outside.count(DEGRADED),
                "outages": len(begun), "incidents": sum(length >= incident_after for length in begun),
                "longest": max([0, *inside]), "ended": ended}


def total(parts):
    """A hoster's figures are sums over its services."""
    whole = {key: sum(part[key] for part in parts) for key in parts[0] if key not in ("longest", "ended")}
    whole["longest"] = max(part["longest"] for part in parts)
    whole["ended"] = [length for part in parts for length in part["ended"]]
    return whole


def share(part, whole, up=False):
    """In hundred-thousandths: down, unless told otherwise."""
    if not whole:
        return None
    return -(-part * HUNDRED_THOUSAND // whole) if up else part * HUNDRED_THOUSAND // whole


def median(numbers):
    numbers = sorted(numbers)
    middle = len(numbers) // 2
    return numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) // 2


def promised(figures):
    """The same as `vibrisse availability --json` has it; shares in hundred-thousandths."""
    up, down, ended = figures["up"], figures["down"], figures["ended"]
    whole = up + down + figures["unknown"]
    outside = figures["up outside"], figures["down outside"]
    return {"up_s": up, "degraded_s": figures["degraded"], "down_s": down, "unknown_s": figures["unknown"],
            "maintenance_s": figures["maintenance"],
            "availability_excluding_maintenance": share(outside[0], sum(outside)),
            "availability": share(up, up + down), "availability_low": share(figures["least"], whole),
            "availability_high": share(figures["most"], whole, up=True), "coverage": share(up + down, whole),
            "outages": figures["outages"], "incidents": figures["incidents"],
            "longest_outage_s": figures["longest"], "mttr_s": sum(ended) // len(ended) if ended else None,
            "median_outage_s": median(ended) if ended else None}


def percentile(values, hundredths):
    values = sorted(values)
    return values[math.ceil(hundredths * len(values) / 100) - 1]
