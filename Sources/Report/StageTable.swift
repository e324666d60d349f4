import Measures
import Timeline
import Verdict

/// What a request's time was made of, as the sending host saw it.
struct StageTable: Sendable {
    let verdict: Verdict

    static let explanation =
        "As the sending host saw it. Setting up is counted once a connection, which may have been opened before a request "
        + "was due; the first byte counts from the send, the rest of an answer from its first byte."

    var table: DataTable {
        DataTable(
            [
                .text("Load"), .text("Stage"), .number("Count"), .number("p50"), .number("p99"),
                .number("Longest"),
            ],
            rows: (verdict.stages ?? []).map { figures in
                [
                    DataTable.Cell(figures.load), DataTable.Cell(figures.stage.words),
                    DataTable.Cell(Figures.count(figures.count)),
                ]
                    + [figures.p50, figures.p99, figures.greatest].map {
                        DataTable.Cell(Figures.duration(seconds: $0 / 1e6))
                    }
            }
        )
    }
}

extension Stages.Stage {
    fileprivate var words: String {
        switch self {
        case .connect: "connect"
        case .secure: "TLS handshake"
        case .admit: "log-in"
        case .firstByte: "first byte"
        case .body: "rest of the answer"
        }
    }
}
