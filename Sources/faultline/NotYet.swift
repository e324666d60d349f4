import Plan

/// What the experiment file can say and no agent can do yet: refused before anything is touched, never passed over.
enum NotYet {
    /// One line for each fault; empty as a rule.
    static func refusals(_ plan: Plan) -> [String] {
        plan.faults.compactMap { fault in
            part(fault.kind).map { "fault '\(fault.name)': \($0) is not done by this version's agents yet" }
        }
    }

    private static func part(_ kind: FaultKind) -> String? {
        switch kind {
        case .impairment, .partition, .reset: nil
        case .stress, .limit: kind.keyword
        case .kill(_, let kill): target(kill.target)
        case .pause(_, let pause): pause.way == .freezer ? "a pause by the freezer" : target(pause.target)
        case .restart(_, let target): self.target(target)
        }
    }

    private static func target(_ target: ProcessTargetPlan) -> String? {
        if case .service = target { nil } else { "a target by \(target.key)" }
    }
}
