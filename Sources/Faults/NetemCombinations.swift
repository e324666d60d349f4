import Impairments
import Measures
import Netlink

/// Which faults act on which packets together, and the class of each combination. Pure.
///
/// Faults that meet on a packet must all act on it, but a packet is in one class. So each set of faults that may meet has a
/// class of its own, with the qdiscs of all of them, one inside the other. A later fault knows the earlier ones: its rules
/// move packets from the class of each set to that of the set with it. So an earlier fault's rules are never touched, and
/// with a fault that goes, its rules go, and packets stay in the classes without it.
struct NetemCombinations {
    struct Fault {
        let id: String
        let spec: NetemSpec
        let traffic: TrafficFilter
        let window: ActingWindow

        func mayMeet(_ other: Fault) -> Bool {
            window.start < other.window.end && other.window.start < window.end
                && traffic.mayMeet(other.traffic)
        }
    }

    /// From a class (nil: of none yet) to a class.
    struct Step: Equatable {
        let from: Int?
        let to: Int
    }

    struct Combination: Equatable {
        /// Of its class.
        let number: Int
        /// Of the faults, from the outermost.
        let faults: [Int32]
    }

    /// What is to be made for a new fault.
    struct Admission {
        /// The fault's number: later ones have greater ones.
        let number: Int32
        let combinations: [Combination]
        let steps: [Step]
    }

    private(set) var faults: [Int32: Fault] = [:]
    private(set) var combinations: [Combination] = []
    /// Those whose rules are gone; their packets are still held.
    private var leaving: Set<Int32> = []
    private var next: Int32 = 0

    /// So many that the rules of one fault are still looked through in a few microseconds.
    static let mostSteps = 256

    var isEmpty: Bool { faults.isEmpty }

    /// `mixesDuplicates`: the kernel allows a netem that duplicates next to another.
    /// Errors: NetemUnfit; FaultError when more faults meet than there is room for.
    mutating func admit(_ fault: Fault, mixesDuplicates: Bool) throws -> Admission {
        let duplicates = { (fault: Fault) in fault.spec.impairment.duplicate != .never }
        if !mixesDuplicates, duplicates(fault) ? !faults.isEmpty : faults.values.contains(where: duplicates) {
            throw NetemUnfit("this kernel has no netem that duplicates beside another (netem_change: EINVAL)")
        }
        let met = faults.filter { !leaving.contains($0.key) && $0.value.mayMeet(fault) }
        for other in met.values {
            if let unfit = NetemUnfit.check(other, fault) { throw unfit }
        }
        if isEmpty { next = 0 }
        let number = next
        var steps: [Step] = []
        var made: [Combination] = []
        var free = Self.freeNumbers(combinations)
        for earlier in combinations where earlier.faults.allSatisfy({ met[$0] != nil }) {
            guard let to = free.next() else { throw Self.tooMany(fault) }
            // A netem that duplicates sends the copies through its whole class again, and so must be the outermost.
            let members = duplicates(fault) ? [number] + earlier.faults : earlier.faults + [number]
            made.append(Combination(number: to, faults: members))
            steps.append(Step(from: earlier.number, to: to))
        }
        guard steps.count < Self.mostSteps, let alone = free.next() else { throw Self.tooMany(fault) }
        made.append(Combination(number: alone, faults: [number]))
        steps.append(Step(from: nil, to: alone))

        faults[number] = fault
        let depths = made.map { qdiscs(of: $0).count }
        guard depths.allSatisfy({ $0 <= DelayTree.mostQdiscs }) else {
            faults[number] = nil
            throw Self.tooMany(fault)
        }
        combinations += made
        next += 1
        return Admission(number: number, combinations: made, steps: steps)
    }

    /// From the outermost inwards.
    func qdiscs(of combination: Combination) -> [(fault: Int32, qdisc: Qdisc)] {
        combination.faults.flatMap { number in
            (faults[number]?.spec.qdiscs ?? []).map { (number, $0) }
        }
    }

    func combinations(with fault: Int32) -> [Combination] {
        combinations.filter { $0.faults.contains(fault) }
    }

    /// The fault's rules are gone: later ones need not know it.
    mutating func leave(_ fault: Int32) { leaving.insert(fault) }

    /// Classes of which a fault is leaving: nothing is steered there any more.
    var abandoned: [Combination] { combinations.filter { !leaving.isDisjoint(with: $0.faults) } }

    /// Faults that stay.
    var staying: [Fault] { faults.filter { !leaving.contains($0.key) }.map(\.value) }

    /// The class is gone, and with their last one the faults that were leaving. Returns these.
    mutating func remove(_ combination: Combination) -> [Int32] {
        combinations.removeAll { $0 == combination }
        let gone = leaving.filter { fault in !combinations.contains { $0.faults.contains(fault) } }
        for fault in gone { forget(fault) }
        return Array(gone)
    }

    /// Its classes are gone too.
    mutating func forget(_ fault: Int32) {
        faults[fault] = nil
        leaving.remove(fault)
        combinations.removeAll { $0.faults.contains(fault) }
    }

    private static func freeNumbers(_ combinations: [Combination]) -> some IteratorProtocol<Int> {
        let used = Set(combinations.map(\.number))
        return DelayTree.classes.lazy.filter { !used.contains($0) }.makeIterator()
    }

    private static func tooMany(_ fault: Fault) -> FaultError {
        FaultError(
            "fault.combinations",
            "\(fault.id) acts on the same packets as too many other faults at once; let some of them end before it "
                + "begins, or give them different peers or ports",
            exitCode: .badInput
        )
    }
}
