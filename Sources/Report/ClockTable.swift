import Measures
import Recording
import ReferenceTime
import Timeline

/// How well the hosts' clocks were known.
struct ClockTable: Sendable {
    let timeline: Timeline

    static let explanation =
        "Offset = reference clock − host clock; positive: the reference is ahead. The bound is proven from round trips: "
        + "the true offset is within ± bound. All times of this report are on the reference clock. The wall clock, which they "
        + "do not use, is within ± that of UTC by the word of those who keep it, which nothing here checks."

    var table: DataTable {
        DataTable(
            [
                .text("Host"), .number("Last offset"), .number("Worst bound"), .number("Median bound"),
                .number("Readings"), .text("State"), .number("Alarms"), .text("Estimate, no bound"),
                .text("Wall clock"),
            ],
            most: DataTable.mostHosts,
            rows: clocks.map { clock in
                [
                    DataTable.Cell(clock.host),
                    DataTable.Cell(signed(clock.lastOffset)),
                    DataTable.Cell(bound(clock.worstBound)),
                    DataTable.Cell(bound(clock.medianBound)),
                    DataTable.Cell(Figures.count(clock.readings)),
                    DataTable.Cell(clock.state),
                    DataTable.Cell(clock.detail.map { Figures.count($0.alarms) } ?? "not recorded"),
                    DataTable.Cell(estimate(clock)),
                    DataTable.Cell(wall(clock)),
                ]
            }
        )
    }

    /// Where not all are shown, the least known first.
    private var clocks: [ClockSummary] {
        guard timeline.clocks.count > DataTable.mostHosts else { return timeline.clocks }
        return timeline.clocks.sorted { $0.worstBound > $1.worstBound }
    }

    /// Years are what an agent says that has had no answer.
    private func bound(_ bound: Duration) -> String {
        bound < .seconds(365 * 86_400) ? "± \(Figures.duration(bound))" : "unknown"
    }

    /// The other tier: it takes a constant skew for granted.
    private func estimate(_ clock: ClockSummary) -> String {
        guard let estimate = clock.detail?.estimate else { return "none" }
        let ppm = { (ppb: Int64) in "\((Double(ppb) / 1000).fixed(2))" }
        return
            "\(signed(Duration(nanoseconds: estimate.offset))) ± \(Figures.duration(Duration(nanoseconds: estimate.halfWidth)))"
            + ", skew \(ppm(estimate.skewPPB)) ± \(ppm(estimate.skewRangePPB)) ppm"
    }

    private func wall(_ clock: ClockSummary) -> String {
        guard let wall = clock.wall else { return "not asked" }
        let text = { (error: Int64) in "± \(Figures.duration(Duration(nanoseconds: error)))" }
        if let error = wall.chronyErrorNanoseconds { return "\(text(error)) (chrony)" }
        if let error = wall.kernelErrorNanoseconds { return "\(text(error)) (kernel)" }
        return "nobody keeps it"
    }

    private func signed(_ offset: Duration) -> String {
        let text = Figures.duration(offset < .zero ? .zero - offset : offset)
        return offset == .zero ? text : (offset < .zero ? "−" : "+") + text
    }
}
