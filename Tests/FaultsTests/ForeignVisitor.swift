import Faults
import Impairments
import LinuxSystem
import Measures
import TestSupport

/// One of each kind of packet faults, as it comes and goes beside what is others'.
struct ForeignVisitor: Sendable, CustomStringConvertible {
    let description: String
    /// nil: a drop.
    let asked: Impairment?
    let direction: TrafficFilter.Direction

    func arm(_ faults: PacketFaults, peer: TestHost, _ window: ActingWindow) throws -> any Injection {
        let filter = TrafficFilter(peers: [peer.address], direction: direction)
        guard let asked else {
            return try faults.drop(id: "f#1", from: filter, window: window, leaseUntil: window.end)
        }
        return try faults.impair(id: "f#1", asked, on: filter, window: window, leaseUntil: window.end)
    }

    private static func share(_ text: String) -> Share { Share(text) ?? .one }

    private static let leaving: [(String, Impairment)] = [
        ("jitter", Impairment(latency: .milliseconds(9), jitter: .milliseconds(2), distribution: .normal)),
        ("loss", Impairment(loss: .random(share("30%"), correlation: share("10%")))),
        ("bursts", Impairment(loss: .gilbertElliott(toBad: share("10%"), toGood: share("30%")))),
        (
            "four states",
            Impairment(
                loss: .fourState(
                    p13: share("6%"),
                    p31: share("30%"),
                    p32: share("20%"),
                    p23: share("30%"),
                    p14: share("3%")
                )
            )
        ),
        ("damage", Impairment(corrupt: Chance(share("20%")))),
        (
            "overtaking",
            Impairment(latency: .milliseconds(9), reordering: Reordering(share: share("40%"), gap: 2))
        ),
        ("a line", Impairment(rate: LineRate(bitsPerSecond: 999_200, burst: 3000))),
        ("slots", Impairment(slots: Slots(minimum: .milliseconds(1), maximum: .milliseconds(3), packets: 4))),
        (
            "much at once",
            Impairment(
                latency: .milliseconds(5),
                loss: .random(share("5%")),
                corrupt: Chance(share("5%")),
                rate: LineRate(bitsPerSecond: 5_000_000)
            )
        ),
    ]

    static let all: [ForeignVisitor] =
        TrafficFilter.Direction.allCases.flatMap { direction in
            [
                ForeignVisitor(description: "drop \(direction)", asked: nil, direction: direction),
                ForeignVisitor(
                    description: "delay \(direction)",
                    asked: Impairment(latency: .milliseconds(9)),
                    direction: direction
                ),
                ForeignVisitor(
                    description: "duplicates \(direction)",
                    asked: Impairment(duplicate: Chance(share("30%"))),
                    direction: direction
                ),
            ]
        } + leaving.map { ForeignVisitor(description: $0, asked: $1, direction: .egress) }
}
