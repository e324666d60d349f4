extension CanonicalText {
    /// Lines of `failure-modes:`; none where there are none: the digests from before there were any stay what they are.
    static func failureModes(_ modes: [FailureModePlan]) -> [String] {
        guard !modes.isEmpty else { return [] }
        return ["failure-modes:"]
            + modes.map { mode in
                "  - "
                    + map([
                        ("name", quote(mode.name)), ("fault", quote(mode.fault)), ("rate", mode.rateText),
                        ("source", quote(mode.source)),
                    ])
            }
    }
}
