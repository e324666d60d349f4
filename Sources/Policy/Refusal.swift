import Plan

/// What a policy does not let a coordinator do, and by which rule.
package struct Refusal: Sendable, Equatable {
    /// The fault's id; nil: it is about the run as a whole.
    package let fault: String?
    /// By its keys in the file: "peers.never"; empty: no rule, the host cannot.
    package let rule: String
    /// "policy.yaml:12"; nil: a rule that always holds.
    package let location: String?
    package let reason: String
    package let remedy: String

    /// What the host itself cannot do, whatever its policy. `reason`: with its remedy.
    package init(fault: String, cannot reason: String) {
        self.fault = fault
        rule = ""
        location = nil
        self.reason = reason
        remedy = ""
    }

    init(
        _ fault: String?,
        _ rule: String,
        _ place: Place?,
        of policy: Policy,
        _ reason: String,
        remedy: String
    ) {
        self.fault = fault
        self.rule = rule
        location = place.flatMap { place in policy.fileName.map { "\($0):\(place.line)" } }
        self.reason = reason
        self.remedy = remedy
    }

    /// "slow#1 is refused by the rule peers.never (policy.yaml:12): 10.0.0.1 is never touched; …"
    package var words: String {
        if rule.isEmpty { return "\(fault ?? "the run") cannot be done here: \(reason)" }
        let source = location ?? "always holds"
        return "\(fault ?? "the run") is refused by the rule \(rule) (\(source)): \(reason); \(remedy)"
    }
}
