/// What is wrong with a trace.
struct TraceProblem: Error, Equatable {
    /// Of the file, from 1; nil: the trace as a whole.
    let line: Int?
    /// What is wrong and what was expected.
    let words: String

    init(line: Int? = nil, _ words: String) {
        self.line = line
        self.words = words
    }
}
