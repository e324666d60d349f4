import Measures

/// Two faults that act on the same thing at the same time: the effect of either could not be told from the other's.
struct Fight: Equatable {
    /// "both delay what web1 sends to lb".
    let over: String
    /// When they first meet.
    let span: Range<Duration>

    /// nil: they do not fight. Where the seed chooses hosts, any choice counts.
    init?(_ first: FaultPlan, _ second: FaultPlan, hosts: [String], duration: Duration) {
        guard let thing = Self.sharedThing(first, second, hosts: hosts),
            let span = Self.overlap(first.spans(duration: duration), second.spans(duration: duration))
        else { return nil }
        self.over = thing
        self.span = span
    }

    private static func sharedThing(_ first: FaultPlan, _ second: FaultPlan, hosts: [String]) -> String? {
        if let path = common(packetPaths(first, hosts), packetPaths(second, hosts)) {
            return "both change what \(path.from) sends to \(path.to)"
        }
        if let path = common(cutPaths(first), cutPaths(second)) {
            return "both cut \(path.from) off from \(path.to)"
        }
        guard let (one, oneHosts) = service(first), let (other, otherHosts) = service(second), one == other,
            let host = oneHosts.first(where: otherHosts.contains)
        else { return nil }
        return "both act on \(one) on \(host)"
    }

    private struct Path: Hashable {
        let from: String
        let to: String
    }

    private static func common(_ first: [Path], _ second: [Path]) -> Path? {
        let others = Set(second)
        return first.first(where: others.contains)
    }

    /// What a delay or a loss changes.
    private static func packetPaths(_ fault: FaultPlan, _ hosts: [String]) -> [Path] {
        let (selector, peers): (Selector, [String])
        switch fault.kind {
        case .delay(let on, let delay): (selector, peers) = (on, delay.peers)
        case .loss(let on, let loss): (selector, peers) = (on, loss.peers)
        default: return []
        }
        return selector.candidates.flatMap { from in
            (peers.isEmpty ? hosts : peers).filter { $0 != from }.map { Path(from: from, to: $0) }
        }
    }

    private static func cutPaths(_ fault: FaultPlan) -> [Path] {
        guard case .partition(let cut) = fault.kind else { return [] }
        return cut.from.flatMap { from in
            cut.to.flatMap { to in
                [Path(from: from, to: to)] + (cut.bothWays ? [Path(from: to, to: from)] : [])
            }
        }
    }

    private static func service(_ fault: FaultPlan) -> (name: String, hosts: [String])? {
        switch fault.kind {
        case .kill(let on, let kill): (kill.service, on.candidates)
        case .pause(let on, let service), .restart(let on, let service): (service, on.candidates)
        default: nil
        }
    }

    /// Both lists are by start and each is free of overlaps.
    private static func overlap(_ first: [Range<Duration>], _ second: [Range<Duration>]) -> Range<Duration>? {
        var (i, j) = (0, 0)
        while i < first.count, j < second.count {
            let both = first[i].clamped(to: second[j])
            if !both.isEmpty { return both }
            if first[i].upperBound <= second[j].upperBound { i += 1 } else { j += 1 }
        }
        return nil
    }
}

extension Reader {
    /// Every pair of faults that fight, said at the later one of the file.
    func checkFights(_ faults: [ReadFault], hosts: [String], duration: Duration) {
        for (index, second) in faults.enumerated() {
            for first in faults[..<index] where !problems.isFull {
                guard let fight = Fight(first.plan, second.plan, hosts: hosts, duration: duration) else {
                    continue
                }
                let names =
                    "fault \(quoted(second.plan.name)) fights with \(quoted(first.plan.name)) (line \(first.place.line))"
                let span = "from \(fight.span.lowerBound.text) to \(fight.span.upperBound.text)"
                let message =
                    "\(names): \(fight.over) \(span); expected them apart in time, or on other hosts"
                problems.add("fight", at: second.place, message)
            }
        }
    }
}
