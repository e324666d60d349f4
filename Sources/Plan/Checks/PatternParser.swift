/// Reads a regular expression by recursive descent; groups nest 32 deep at most.
struct PatternParser {
    private static let deepest = 32
    private static let mostRepeats = 1_000
    private static let mostBytes = 1_000

    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    private var ignoresCase = false

    init(_ source: String) {
        scalars = Array(source.unicodeScalars)
    }

    mutating func pattern() throws(PatternProblem) -> PatternNode {
        guard !scalars.isEmpty else { throw PatternProblem("empty") }
        guard scalars.count <= Self.mostBytes else {
            throw PatternProblem("longer than \(Self.mostBytes) characters")
        }
        if scalars.starts(with: "(?i)".unicodeScalars) {
            ignoresCase = true
            position = 4
        }
        let node = try either()
        // Only a group's end stops it early.
        guard next == nil else { throw PatternProblem("wrong: a ) closes no group; write \\)") }
        return node
    }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func either() throws(PatternProblem) -> PatternNode {
        var ways = [try sequence()]
        while take("|") { ways.append(try sequence()) }
        return ways.count == 1 ? ways[0] : .either(ways)
    }

    private mutating func sequence() throws(PatternProblem) -> PatternNode {
        var parts: [PatternNode] = []
        while let scalar = next, scalar != "|", scalar != ")" {
            let part = try atom()
            parts.append(try repeated(part))
        }
        return .sequence(parts)
    }

    private mutating func repeated(_ part: PatternNode) throws(PatternProblem) -> PatternNode {
        let node: PatternNode
        switch next {
        case "*": node = .repeated(part, least: 0, most: nil)
        case "+": node = .repeated(part, least: 1, most: nil)
        case "?": node = .repeated(part, least: 0, most: 1)
        case "{":
            position += 1
            let least = try number()
            let most = take(",") ? (next == "}" ? nil : try number()) : least
            guard next == "}", most ?? .max >= least else {
                throw PatternProblem("wrong: a repetition is {2}, {2,} or {2,5}; write \\{ for the character")
            }
            node = .repeated(part, least: least, most: most)
        default: return part
        }
        if case .assertion = part {
            throw PatternProblem("wrong: nothing before a repetition can be repeated")
        }
        position += 1
        // As few or as many as possible: all the same for yes or no.
        _ = take("?")
        guard let again = next, "*+?{".unicodeScalars.contains(again) else { return node }
        throw PatternProblem("wrong: a repetition follows a repetition")
    }

    private mutating func number() throws(PatternProblem) -> Int {
        var value: Int?
        while let digit = next.flatMap({ $0.isASCII ? Int(String($0)) : nil }) {
            value = (value ?? 0) * 10 + digit
            position += 1
            guard value ?? 0 <= Self.mostRepeats else {
                throw PatternProblem("too large: more than \(Self.mostRepeats) repetitions")
            }
        }
        guard let value else {
            throw PatternProblem("wrong: a repetition is {2}, {2,} or {2,5}; write \\{ for the character")
        }
        return value
    }

    private mutating func atom() throws(PatternProblem) -> PatternNode {
        guard let scalar = next else { throw PatternProblem("cut off") }
        position += 1
        switch scalar {
        case ".": return .bytes(ByteSet(0x0a).inverted)
        case "^": return .assertion(.start)
        case "$": return .assertion(.end)
        case "(": return try group()
        case "[": return .bytes(try set())
        case "\\": return try escape()
        case "*", "+", "?", "{": throw PatternProblem("wrong: nothing before \(scalar) can be repeated")
        default: return literal(scalar)
        }
    }

    /// The bytes of its UTF-8, together.
    private func literal(_ scalar: Unicode.Scalar) -> PatternNode {
        let bytes = Array(String(scalar).utf8).map { PatternNode.bytes(cased(ByteSet($0))) }
        return bytes.count == 1 ? bytes[0] : .sequence(bytes)
    }

    private func cased(_ set: ByteSet) -> ByteSet { ignoresCase ? set.withBothCases : set }

    private mutating func group() throws(PatternProblem) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw PatternProblem("too deep: more than \(Self.deepest) groups")
        }
        if take("?") {
            guard take(":") else {
                throw PatternProblem("wrong: of groups with (? there is only (?:…), and (?i) in front")
            }
        }
        let node = try either()
        guard take(")") else { throw PatternProblem("cut off: a group is not closed") }
        return node
    }

    private mutating func escape() throws(PatternProblem) -> PatternNode {
        switch next {
        case "b":
            position += 1
            return .assertion(.wordEdge)
        case "B":
            position += 1
            return .assertion(.noWordEdge)
        default: return .bytes(cased(try escapedSet()))
        }
    }

    /// After a backslash.
    private mutating func escapedSet() throws(PatternProblem) -> ByteSet {
        guard let scalar = next else { throw PatternProblem("cut off after \\") }
        position += 1
        switch scalar {
        case "d": return .digits
        case "D": return ByteSet.digits.inverted
        case "w": return .word
        case "W": return ByteSet.word.inverted
        case "s": return .space
        case "S": return ByteSet.space.inverted
        case "t": return ByteSet(0x09)
        case "n": return ByteSet(0x0a)
        case "r": return ByteSet(0x0d)
        case "x":
            let digits = String(String.UnicodeScalarView(scalars[position...].prefix(2)))
            guard digits.utf8.count == 2, let byte = UInt8(digits, radix: 16), digits.first != "+" else {
                throw PatternProblem("wrong: \\x needs two hexadecimal digits")
            }
            position += 2
            return ByteSet(byte)
        default:
            let isSign = scalar.isASCII && !ByteSet.word.contains(UInt8(scalar.value))
            guard isSign else { throw PatternProblem("wrong: there is no \\\(scalar)") }
            return ByteSet(UInt8(scalar.value))
        }
    }

    /// After "[".
    private mutating func set() throws(PatternProblem) -> ByteSet {
        var set = ByteSet()
        let isInverted = take("^")
        var isFirst = true
        while isFirst || next != "]" {
            isFirst = false
            let (low, lowSet) = try member()
            guard let low, next == "-", position + 1 < scalars.count, scalars[position + 1] != "]" else {
                set.formUnion(lowSet)
                continue
            }
            position += 1
            guard let high = try member().byte, high >= low else {
                throw PatternProblem("wrong: a range in [ ] goes from a lower to a higher character")
            }
            set.insert(low...high)
        }
        position += 1
        set = cased(set)
        return isInverted ? set.inverted : set
    }

    /// One character of a set, or several (`\d`).
    private mutating func member() throws(PatternProblem) -> (byte: UInt8?, set: ByteSet) {
        guard let scalar = next else { throw PatternProblem("cut off: a [ is not closed") }
        if take("\\") {
            let start = position
            let set = try escapedSet()
            let isClass = "dDwWsS".unicodeScalars.contains(scalars[start])
            return (isClass ? nil : set.only, set)
        }
        guard scalar.isASCII else {
            throw PatternProblem("wrong: [ ] takes ASCII characters; write (ä|ö) for others")
        }
        position += 1
        return (UInt8(scalar.value), ByteSet(UInt8(scalar.value)))
    }
}

extension ByteSet {
    /// Its byte, where it has one alone.
    fileprivate var only: UInt8? {
        let bytes = (UInt8.min...UInt8.max).filter(contains)
        return bytes.count == 1 ? bytes[0] : nil
    }
}
