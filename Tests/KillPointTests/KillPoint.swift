import Glibc
import Measures
import TestSupport

/// Where and whom death strikes: drawn from the seed, so that a failure can be repeated.
struct KillPoint: Sendable, CustomStringConvertible {
    enum Victim: Sendable {
        case agent
        case guardian
        case both
    }

    let seed: UInt64
    let number: Int
    let path: FaultPath
    let victim: Victim
    /// How far along the path, of its measured length; a tenth beyond its end, too.
    let share: Double

    /// The paths take turns, so that none is left out; all else is drawn for each number alone.
    init(seed: UInt64, number: Int) {
        var draws = SeededGenerator(seed: seed, stream: "kill point \(number)")
        self.seed = seed
        self.number = number
        path = FaultPath.allCases[number % FaultPath.allCases.count]
        let whom = draws.unit()
        victim = whom < 0.6 ? .agent : whom < 0.8 ? .both : .guardian
        share = draws.unit() * 1.1
    }

    var description: String {
        let percent = Int(share * 1000)
        return "\(path.rawValue), SIGKILL of \(victim) at \(percent / 10).\(percent % 10) % of its way "
            + "(repeat: FAULTLINE_KILL_SEED=\(seed) FAULTLINE_KILL_POINT=\(number))"
    }

    /// FAULTLINE_KILL_POINTS: how many, 57 by default; FAULTLINE_KILL_SEED, 1 by default; FAULTLINE_KILL_POINT: this one
    /// alone.
    static var asked: [KillPoint] {
        let seed = number("FAULTLINE_KILL_SEED") ?? 1
        if let one = number("FAULTLINE_KILL_POINT") { return [KillPoint(seed: seed, number: Int(one))] }
        let count = Int(number("FAULTLINE_KILL_POINTS") ?? 57)
        return (0..<count).map { KillPoint(seed: seed, number: $0) }
    }

    private static func number(_ name: String) -> UInt64? {
        getenv(name).flatMap { UInt64(String(cString: $0)) }
    }
}
