import Measures
import Recording
import Statistics
import Timeline
import Verdict

/// How the numbers came about: everything one needs to doubt them or to repeat the run.
struct MethodBox: Sendable {
    let report: Report

    private var timeline: Timeline { report.timeline }
    private var header: String { report.timeline.header.experiment }

    /// Name and value, in order.
    var facts: [(name: String, value: String)] {
        var facts: [(String, String)] = [
            (
                "Load model",
                "open: requests are due at their scheduled time, whatever the target does. Response time counts from "
                    + "there; requests without an answer or with a bad status count as infinitely slow."
            )
        ]
        if timeline.loads.allSatisfy({ $0.closedWords != nil }), !timeline.loads.isEmpty { facts = [] }
        for load in timeline.loads {
            if let words = load.closedWords { facts.append(("Load model of \(load.name)", words + ".")) }
        }
        for load in timeline.loads { facts += self.facts(of: load) }
        facts += [
            ("Intervals", "95 %, two-sided: Clopper–Pearson for shares, order statistics for percentiles."),
            ("Year", "365 days."),
            (
                "Exit code",
                "\(report.verdict.exitCode)"
                    + (ExitCode(rawValue: report.verdict.exitCode).map { ": \($0.meaning)" } ?? "")
            ),
            ("Seed", String(timeline.header.seed)),
            ("Plan digest", timeline.header.planDigest),
            ("Faultline", timeline.header.faultlineVersion),
        ]
        return facts
    }

    private func facts(of load: LoadTimeline) -> [(String, String)] {
        let total = load.total
        let inflation = Bursts.inflation(
            load.bursts.varianceInflation,
            goodShare: total.due > 0 ? Double(total.good) / Double(total.due) : 1
        )
        let effective = Double(total.due) / inflation
        var parts: [String] = []
        if let plan = report.loadFacts.first(where: { $0.name == load.name }) {
            parts.append(
                "\(plan.request); \(plan.arrivals); at most \(Figures.count(plan.connections, "connection"))"
            )
        }
        parts.append("good means \(load.goodMeans)")
        if load.retries > 0 { parts.append("\(Figures.count(load.retries)) sent again, counted apart") }
        let bursts = load.bursts
        let sample =
            bursts.count == 0
            ? "n = \(Figures.count(total.due)), no bad request"
            : "n = \(Figures.count(total.due)); \(Figures.count(bursts.count, "burst")) of bad requests, the longest "
                + "\(Figures.count(bursts.longest)); variance inflation \(inflation.fixed(1)), so "
                + "effective n = \(Figures.count(Int(clampingRound: effective)))"
        let lateness =
            "p50 \(Figures.duration(load.lateness.p50)), p99 \(Figures.duration(load.lateness.p99)), "
            + "longest \(Figures.duration(load.lateness.max))"
        let own = "in nine of ten readings p99 at most \(Figures.duration(load.generatorLateness))"
        var facts = [("Load \(load.name)", parts.joined(separator: "; ")), ("Sample", sample)]
        if let slice = slice(of: load) { facts.append(("Slices", slice)) }
        if load.senders.count > 1 { facts.append(("Senders", senders(of: load))) }
        if let floor = load.floor { facts.append(("Instrument floor", words(of: floor))) }
        facts.append(("Send lateness", "\(lateness); the generator's own, \(own)"))
        return facts
    }

    private func words(of floor: InstrumentFloor) -> String {
        let times = [("p50", 0.5), ("p99", 0.99), ("longest", 1)].map { name, share in
            "\(name) \(floor.time(ofShare: share).map { Figures.duration($0) } ?? "∞")"
        }
        return
            "\(Figures.count(floor.requests)) echoes on the sending host's own loopback at \(Figures.rate(floor.perSecond))/s "
            + "before the run: \(times.joined(separator: ", ")), \(Figures.count(floor.bad)) bad. Claims below it are refused."
    }

    private func senders(of load: LoadTimeline) -> String {
        load.senders.map { sender in
            let lost: String =
                switch sender.missing {
                case nil: ""
                case .known(let count): ", lost with \(Figures.count(count)) not accounted for"
                case .unknown: ", lost with an unknown number not accounted for"
                }
            return "\(sender.host) \(Figures.count(sender.due, "request"))\(lost)"
        }.joined(separator: "; ") + ". Each arrival is of exactly one of them."
    }

    private func slice(of load: LoadTimeline) -> String? {
        guard load.slices.count > 1 else { return nil }
        let width = load.slices[1].start - load.slices[0].start
        let bad = load.slices.count { $0.good < $0.due }
        return "\(Figures.count(load.slices.count)) of \(Figures.duration(width).withoutTrailingZeros), "
            + "\(Figures.count(bad)) with a bad request"
    }

    var hosts: DataTable {
        DataTable(
            [.text("Host"), .text("Kernel"), .number("Processors"), .text("Delays by"), .text("Because")],
            most: DataTable.mostHosts,
            rows: timeline.header.hosts.map { host in
                [
                    DataTable.Cell(host.name), DataTable.Cell(host.kernel),
                    DataTable.Cell(Figures.count(host.processors)), DataTable.Cell(host.delayBackend),
                    DataTable.Cell(host.backendReason),
                ]
            }
        )
    }

    var html: Element {
        Element("section", ["class": "method", "id": "method"]) {
            Element("h2", text: "Method")
            Element("dl") {
                facts.map { name, value in
                    Element("div") {
                        Element("dt", text: name)
                        Element("dd", text: value)
                    }
                }
            }
            if !hosts.rows.isEmpty { hosts.html(caption: "Hosts") }
            Element("details") {
                Element("summary", text: "The experiment file")
                Element("pre", ["tabindex": "0"], text: report.experimentFile)
            }
        }
    }
}

extension Int {
    /// The nearest whole number; what is no number or too large is brought into range.
    init(clampingRound value: Double) {
        self = value.isFinite ? Int(Swift.max(-9e18, Swift.min(9e18, value.rounded()))) : 0
    }
}
