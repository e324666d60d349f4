import Plan

extension Finding {
    /// What a finding that is open is worth to who asked for it.
    func when(insufficient answer: InsufficientData) -> Finding {
        guard answer == .fail, outcome == .inconclusive else { return self }
        var strict = self
        strict.outcome = .missed
        strict.evidence += "; not shown, which counts as missed (on-insufficient-data: fail)"
        return strict
    }
}
