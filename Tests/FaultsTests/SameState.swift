import Testing

/// Fails with what differs, line by line: states are long. Order and repetition say nothing: with every processor busy,
/// dumps were seen to differ in these alone, and what could be left behind has lines of its own.
func expectSame(
    _ before: [String],
    _ after: [String],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let (old, new) = (lines(before), lines(after))
    guard old != new else { return }
    let words =
        old.subtracting(new).sorted().map { "- \($0)" } + new.subtracting(old).sorted().map { "+ \($0)" }
    Issue.record(
        "the state is another one than before:\n\(words.joined(separator: "\n"))",
        sourceLocation: sourceLocation
    )
}

private func lines(_ state: [String]) -> Set<Substring> { Set(state.flatMap { $0.split(separator: "\n") }) }
