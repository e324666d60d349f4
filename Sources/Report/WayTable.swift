import Measures
import Verdict

/// One-way latencies between hosts: without a fault, and while each acted. A line has both ways of a pair.
struct WayTable: Sendable {
    let verdict: Verdict

    /// Of more lines, those of faults that changed nothing are left out; and never more than this many are shown.
    private static let fewLines = 40
    private static let mostLines = 200

    private struct Line {
        let there: WayFigures
        let back: WayFigures?

        var hasRequests: Bool { there.requests != nil || back?.requests != nil }
    }

    private var all: [Line] {
        let ways = verdict.ways ?? []
        let backs = Dictionary(ways.map { ([$0.to, $0.from, $0.phase], $0) }) { first, _ in first }
        return ways.filter { $0.from <= $0.to }
            .map { Line(there: $0, back: backs[[$0.from, $0.to, $0.phase]]) }
    }

    private var shown: [Line] {
        let all = all
        guard all.count > Self.fewLines else { return all }
        return Array(all.filter { $0.there.isTelling || $0.back?.isTelling == true }.prefix(Self.mostLines))
    }

    var explanation: String {
        let left = all.count - shown.count
        return
            "From latency probes between the hosts’ programs, 20 a second, which every fault acts on. Latencies: the median of "
            + "the seconds’ medians. The bound is that of the two clocks together, for either way. Change: less the "
            + "baseline’s median; one within its own bound is not said to be one."
            + (all.contains { $0.hasRequests }
                ? " Requests: their own packets, from wire to wire; what a captured host itself holds, a fault’s delay there "
                    + "among it, is in the probes’ figures and not in these." : "")
            + (left > 0 ? " \(Figures.count(left, "line")) left out: verdict.json has them all." : "")
    }

    var table: DataTable {
        DataTable(
            [
                .text("Way"), .text("Phase"), .text("Packets"), .number("There"), .number("Change"),
                .number("Back"), .number("Change"), .number("Bound"), .number("Answered"),
            ],
            rows: shown.flatMap { line in
                (line.there.sent > 0 ? [probes(line)] : []) + (line.hasRequests ? [requests(line)] : [])
            }
        )
    }

    private func probes(_ line: Line) -> [DataTable.Cell] {
        let way = line.there
        let lost = [(way, "there"), (line.back, "back")].compactMap { way, words in
            way.flatMap { $0.lost > 0 ? "\(Figures.count($0.lost)) lost \(words)" : nil }
        }
        return [
            DataTable.Cell("\(way.from) → \(way.to)"), DataTable.Cell(way.phase), "probes",
            latency(way), change(way.change, way.changeBound), latency(line.back),
            change(line.back?.change, line.back?.changeBound),
            DataTable.Cell(way.bound.map { "± \(Figures.duration(seconds: $0 / 1e6))" } ?? "–"),
            DataTable.Cell(
                Figures.count(way.answered),
                note: (["of \(Figures.count(way.sent))"] + lost).joined(separator: ", ")
            ),
        ]
    }

    private func requests(_ line: Line) -> [DataTable.Cell] {
        let (there, back) = (line.there.requests, line.back?.requests)
        let bound = [there, back].compactMap { $0?.bound }.max()
        return [
            DataTable.Cell("\(line.there.from) → \(line.there.to)"), DataTable.Cell(line.there.phase),
            "requests",
            latency(there), change(there?.change, there?.changeBound), latency(back),
            change(back?.change, back?.changeBound),
            DataTable.Cell(bound.map { "± \(Figures.duration(seconds: $0 / 1e6))" } ?? "–"),
            DataTable.Cell(Figures.count(there?.count ?? back?.count ?? 0)),
        ]
    }

    private func latency(_ requests: RequestWayFigures?) -> DataTable.Cell {
        guard let requests else { return "–" }
        let range = [requests.least, requests.greatest].map { Figures.duration(seconds: $0 / 1e6) }
        return DataTable.Cell(
            Figures.duration(seconds: requests.median / 1e6),
            note: range.joined(separator: " – ")
        )
    }

    private func latency(_ way: WayFigures?) -> DataTable.Cell {
        guard let way, let median = way.median, let least = way.least, let p99 = way.p99 else { return "–" }
        let range = [least, p99].map { Figures.duration(seconds: $0 / 1e6) }.joined(separator: " – ")
        return DataTable.Cell(Figures.duration(seconds: median / 1e6), note: range)
    }

    private func change(_ change: Double?, _ bound: Double?) -> DataTable.Cell {
        guard let change, let bound else { return "–" }
        let text = (change < 0 ? "−" : "+") + Figures.duration(seconds: abs(change) / 1e6)
        return DataTable.Cell(
            abs(change) <= bound ? "none seen" : text,
            note: "± \(Figures.duration(seconds: bound / 1e6))"
        )
    }
}

extension WayFigures {
    /// The baseline, a change that the clocks prove, or a loss.
    fileprivate var isTelling: Bool {
        guard let change, let changeBound else { return true }
        let isSeen = requests.map { abs($0.change ?? 0) > $0.changeBound ?? 0 } ?? false
        return abs(change) > changeBound || isSeen || answered < sent
    }
}
