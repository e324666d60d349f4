import Measures

/// Two faults that act on the same processes at the same time, where one makes the other impossible.
struct Fight: Equatable {
    /// "both act on nginx on web1".
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

    /// Packet faults compose: what two of them do to one packet is done one after the other. Processes do not: what is
    /// dead cannot be paused.
    private static func sharedThing(_ first: FaultPlan, _ second: FaultPlan, hosts: [String]) -> String? {
        guard let (one, oneHosts) = target(first), let (other, otherHosts) = target(second), one == other,
            let host = oneHosts.first(where: otherHosts.contains)
        else { return nil }
        return "both act on \(one.words) on \(host)"
    }

    private static func target(_ fault: FaultPlan) -> (target: ProcessTargetPlan, hosts: [String])? {
        switch fault.kind {
        case .kill(let on, let kill): (kill.target, on.candidates)
        case .pause(let on, let pause): (pause.target, on.candidates)
        case .restart(let on, let target): (target, on.candidates)
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
