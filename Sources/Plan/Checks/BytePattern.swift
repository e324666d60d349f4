/// A regular expression over bytes, as a program for a machine that is in several states at once (Thompson, "Regular
/// expression search algorithm", CACM 11(6), 1968): the time of a match grows with text × pattern, whatever they are, so
/// that no answer can stall the generator. No back-references and no look-around, which would need guessing.
///
/// Literals, `.` (one byte other than a line end), `[a-z]`, `[^…]`, `\d \w \s` and their opposites, `\b`, `\t \n \r`,
/// `\x41`, groups, `|`, `* + ? {2} {2,} {2,5}`, `^` and `$` for the ends of the text, `(?i)` in front: case does not count.
package struct BytePattern: Sendable, Equatable, Codable {
    package let source: String
    package let program: [Step]

    /// Most steps of a program.
    package static let limit = 1_000

    package enum Step: Sendable, Equatable, Codable {
        case take(ByteSet)
        case jump(Int)
        /// Both ways.
        case split(Int, Int)
        case assert(Assertion)
        case match
    }

    package enum Assertion: Sendable, Equatable, Codable {
        case start
        case end
        /// Between a letter, digit or underscore and something else.
        case wordEdge
        case noWordEdge
    }

    /// Throws what is wrong with it, in words that follow "is".
    package init(_ source: String) throws(PatternProblem) {
        self.source = source
        var parser = PatternParser(source)
        var program: [Step] = []
        try Self.emit(try parser.pattern(), into: &program)
        program.append(.match)
        self.program = program
    }

    private static func emit(_ node: PatternNode, into program: inout [Step]) throws(PatternProblem) {
        guard program.count < limit else {
            throw PatternProblem("too large: repetitions multiply to more than \(limit) steps")
        }
        switch node {
        case .bytes(let set): program.append(.take(set))
        case .assertion(let assertion): program.append(.assert(assertion))
        case .sequence(let parts): for part in parts { try emit(part, into: &program) }
        case .either(let ways): try emit(ways[...], into: &program)
        case .repeated(let part, let least, let most):
            for _ in 0..<least {
                let count = program.count
                try emit(part, into: &program)
                // Nothing, a million times, is nothing.
                if program.count == count { return }
            }
            guard let most else { return try emitLoop(part, into: &program) }
            var splits: [Int] = []
            for _ in least..<max(least, most) {
                splits.append(program.count)
                program.append(.match)
                try emit(part, into: &program)
            }
            for split in splits { program[split] = .split(split + 1, program.count) }
        }
    }

    private static func emitLoop(_ part: PatternNode, into program: inout [Step]) throws(PatternProblem) {
        let split = program.count
        program.append(.match)
        try emit(part, into: &program)
        program.append(.jump(split))
        program[split] = .split(split + 1, program.count)
    }

    private static func emit(
        _ ways: ArraySlice<PatternNode>,
        into program: inout [Step]
    ) throws(PatternProblem) {
        guard let first = ways.first else { return }
        guard ways.count > 1 else { return try emit(first, into: &program) }
        let split = program.count
        program.append(.match)
        try emit(first, into: &program)
        let jump = program.count
        program.append(.match)
        program[split] = .split(split + 1, program.count)
        try emit(ways.dropFirst(), into: &program)
        program[jump] = .jump(program.count)
    }
}

/// Why a text is no pattern: "cut off: a group is not closed".
package struct PatternProblem: Error, Equatable {
    package let words: String

    init(_ words: String) {
        self.words = words
    }
}

indirect enum PatternNode {
    case bytes(ByteSet)
    case assertion(BytePattern.Assertion)
    case sequence([PatternNode])
    case either([PatternNode])
    /// `most` nil: without end.
    case repeated(PatternNode, least: Int, most: Int?)
}
