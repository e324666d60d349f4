import Plan

/// What the policy says of who calls over the network: a name that the authority vouches for, and that the file must have.
extension Policy {
    package enum CallerRole: String, Sendable {
        case coordinator
        case `operator`
    }

    /// nil: this caller is obeyed.
    package func refusal(of role: CallerRole, named name: String) -> Refusal? {
        let (rule, names) =
            role == .coordinator ? ("coordinators", coordinators) : ("operators", operators)
        if let names, names.value.contains(name) { return nil }
        let said = names.map { "obeyed are \($0.value.listed)" } ?? "the policy names none, so none is obeyed"
        return Refusal(
            "the call",
            rule,
            names?.place,
            of: self,
            "it is from the \(role.rawValue) \(name); \(said)",
            remedy: "have the host's operator add it to \(rule) of the agent's policy, and restart the agent"
        )
    }
}
