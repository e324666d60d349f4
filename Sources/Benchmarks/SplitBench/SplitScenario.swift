import Decomposition

/// What is known beforehand. Nanoseconds.
struct SplitScenario {
    let name: String
    var think: Int64 = 2_000_000
    /// Of the links, on the router.
    var out: Int64 = 0
    var back: Int64 = 0
    /// Of faults on the client's host: what it sends, and what arrives there.
    var held: Int64 = 0
    var heldArriving: Int64 = 0

    static let perSecond = 100
    static let seconds = 6
    var requests: Int { Self.perSecond * Self.seconds }

    static let all = [
        SplitScenario(name: "no delay but the server's 2 ms"),
        SplitScenario(name: "links of 5 ms out and 3 ms back", out: 5_000_000, back: 3_000_000),
        SplitScenario(
            name: "the same, and faults on the client: 4 ms out, 4 ms in",
            out: 5_000_000,
            back: 3_000_000,
            held: 4_000_000,
            heldArriving: 4_000_000
        ),
        SplitScenario(name: "links of 200 µs out and 20 ms back", out: 200_000, back: 20_000_000),
    ]

    /// nil: nobody knows it. `floor`: of "client again" where nothing holds it, the way through the kernel and the load's
    /// waking up.
    func truth(_ part: Part, _ found: SplitRun.Figures, floor: Int64?) -> Int64? {
        switch part {
        case .clientQueue: held
        case .networkOut: found.out
        case .server: found.think
        case .networkBack: found.back
        case .restOfAnswer: 0
        case .clientAgain: floor.map { $0 + heldArriving }
        case .lateSend, .client: nil
        }
    }
}
