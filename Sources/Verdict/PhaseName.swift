import Schedule
import Timeline

extension Phase {
    /// Whether a target's `phase:` means this one: by name, or by the id of one occurrence ("slow#2").
    func isNamed(_ text: String) -> Bool {
        if case .fault(let id, _) = kind, id == text { return true }
        return name == text
    }
}

extension Timeline {
    /// Names of the phases, in the order in which they first appear.
    var phaseNames: [String] {
        phases.reduce(into: []) { names, phase in
            if !names.contains(phase.name) { names.append(phase.name) }
        }
    }
}
