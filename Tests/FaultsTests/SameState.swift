import Testing

/// Fails with what differs, line by line: states are long.
func expectSame(
    _ before: [String],
    _ after: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard before != after else { return }
    let (old, new) = (lines(before), lines(after))
    let words =
        old.filter { !new.contains($0) }.map { "- \($0)" }
        + new.filter { !old.contains($0) }.map { "+ \($0)" }
    Issue.record(
        "the state is another one than before:\n\(words.joined(separator: "\n"))",
        sourceLocation: sourceLocation
    )
}

private func lines(_ state: [String]) -> [Substring] { state.flatMap { $0.split(separator: "\n") } }
