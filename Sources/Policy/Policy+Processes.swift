import Plan

/// What the policy says of processes: by what was asked for, and by who would be hit.
extension Policy {
    /// Asked once more at the instant of the fault, for each process: one that came later is judged too. nil: it may be hit.
    package func protection(of process: FaultRequest.ProcessFacts) -> String? {
        if let rule = protectedProcesses.first(where: { $0.value.mayMatch(process) }) {
            return "the agent's policy protects \(rule.value.text)"
        }
        guard let allowedProcesses else { return nil }
        let isAllowed = allowedProcesses.value.contains { $0.matches(process) }
        return isAllowed ? nil : "the agent's policy does not name it among those allowed"
    }

    /// Whether it must be known in which containers processes run.
    package var namesContainers: Bool {
        ((allowedProcesses?.value ?? []) + protectedProcesses.map(\.value)).contains { $0.key == .container }
    }

    func refusals(of target: FaultRequest.Target, _ fault: String) -> [Refusal] {
        let refusals = [
            protectionRefusal(of: target, fault), engineRefusal(of: target, fault),
            neverRefusal(of: target, fault),
        ]
        return (refusals + [allowRefusal(of: target, fault)]).compactMap { $0 }
    }

    private func protectionRefusal(of target: FaultRequest.Target, _ fault: String) -> Refusal? {
        target.protection.map {
            Refusal(fault, "processes", nil, of: self, $0, remedy: "name another target")
        }
    }

    private func engineRefusal(of target: FaultRequest.Target, _ fault: String) -> Refusal? {
        guard target.key == .container, let engines else { return nil }
        let isAllowed =
            target.engine.map { name in engines.value.contains { $0.name == name } } ?? !engines.value.isEmpty
        guard !isAllowed else { return nil }
        let allowed = engines.value.map(\.name)
        return Refusal(
            fault,
            "engines",
            engines.place,
            of: self,
            "it needs \(target.engine ?? "an engine") to be asked about \(target.name); "
                + "\(allowed.isEmpty ? "none may be" : "only \(allowed.listed) may be")",
            remedy: "name its processes by another key, or have the operator allow the engine"
        )
    }

    private func neverRefusal(of target: FaultRequest.Target, _ fault: String) -> Refusal? {
        for rule in protectedProcesses {
            let hit = target.processes.first(where: rule.value.mayMatch)
            guard hit != nil || rule.value.matches(target) else { continue }
            let whom = hit.map { "process \($0.text)" } ?? "\(target.key.rawValue) \(target.name)"
            return Refusal(
                fault,
                "processes.never",
                rule.place,
                of: self,
                "it would hit \(whom), and \(rule.value.text) is never touched",
                remedy: "name another target"
            )
        }
        return nil
    }

    private func allowRefusal(of target: FaultRequest.Target, _ fault: String) -> Refusal? {
        guard let allowedProcesses else { return nil }
        let rules = allowedProcesses.value
        let stranger = target.processes.first { process in !rules.contains { $0.matches(process) } }
        // While nobody is there, a name can be told only by a rule of its own kind; who comes is judged by then.
        let isUnknown =
            target.processes.isEmpty && !rules.contains { $0.matches(target) }
            && rules.allSatisfy { $0.key == target.key }
        guard stranger != nil || isUnknown else { return nil }
        let whom = stranger.map { "process \($0.text)" } ?? "\(target.key.rawValue) \(target.name)"
        return Refusal(
            fault,
            "processes.allow",
            allowedProcesses.place,
            of: self,
            "it would hit \(whom); allowed are \(rules.map(\.text).listed)",
            remedy: "name one of them, or have the operator add it"
        )
    }
}
