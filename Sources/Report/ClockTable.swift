import Measures
import Timeline

/// How well the hosts' clocks were known.
struct ClockTable: Sendable {
    let timeline: Timeline

    static let explanation =
        "Offset = reference clock − host clock; positive: the reference is ahead. The bound is proven from round trips: "
        + "the true offset is within ± bound. All times of this report are on the reference clock."

    var table: DataTable {
        DataTable(
            [
                .text("Host"), .number("Last offset"), .number("Worst bound"), .number("Median bound"),
                .number("Readings"), .text("State"),
            ],
            rows: timeline.clocks.map { clock in
                [
                    DataTable.Cell(clock.host),
                    DataTable.Cell(signed(clock.lastOffset)),
                    DataTable.Cell("± \(Figures.duration(clock.worstBound))"),
                    DataTable.Cell("± \(Figures.duration(clock.medianBound))"),
                    DataTable.Cell(Figures.count(clock.readings)),
                    DataTable.Cell(clock.state),
                ]
            }
        )
    }

    private func signed(_ offset: Duration) -> String {
        let text = Figures.duration(offset < .zero ? .zero - offset : offset)
        return offset == .zero ? text : (offset < .zero ? "−" : "+") + text
    }
}
