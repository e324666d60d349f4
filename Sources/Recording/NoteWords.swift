extension RunEvent.NoteKind {
    /// For people.
    package var words: String {
        switch self {
        case .started: "started"
        case .finished: "finished"
        case .guardFired: "a guard fired"
        case .interrupted: "interrupted"
        case .resumed: "resumed"
        case .halted: "halted"
        case .decided: "decided early"
        case .agentLost: "an agent was lost"
        case .clockUnknown: "a clock was not known well enough"
        case .healFailed: "not healed"
        case .clockTrouble: "a clock went astray"
        case .leaseExpired: "a lease expired"
        case .generatorTrouble: "the generator failed"
        case .targetUnusable: "the target could not be used"
        case .clocksDisagree: "clocks disagree"
        case .captured: "packets captured"
        case .marksMissing: "log marks are missing"
        }
    }
}
