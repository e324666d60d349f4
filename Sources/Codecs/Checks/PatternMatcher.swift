package import Plan

/// Runs patterns over bytes, all states of a pattern at once. Its memory is for one match at a time, kept for the next;
/// nothing is allocated once it is as large as the largest pattern.
package struct PatternMatcher: Sendable {
    private var now = StateSet()
    private var next = StateSet()
    private var pending: [Int] = []

    package init() {}

    /// Whether the pattern is found anywhere in the bytes.
    package mutating func finds(_ pattern: BytePattern, in bytes: UnsafeRawBufferPointer) -> Bool {
        let program = pattern.program
        now.reset(program.count)
        next.reset(program.count)
        var position = 0
        while true {
            let edge = Edge(bytes, position)
            // A match may begin here too.
            if follow(0, program, edge) { return true }
            guard position < bytes.count else { return false }
            let byte = bytes[position]
            position += 1
            swap(&now, &next)
            now.clear()
            let after = Edge(bytes, position)
            for index in 0..<next.count {
                let state = next[index]
                guard case .take(let set) = program[state], set.contains(byte) else { continue }
                if follow(state + 1, program, after) { return true }
            }
        }
    }

    /// Adds the states that are reached from this one without a byte; true when the match is one of them.
    private mutating func follow(_ state: Int, _ program: [BytePattern.Step], _ edge: Edge) -> Bool {
        pending.append(state)
        while let state = pending.popLast() {
            guard now.insert(state) else { continue }
            switch program[state] {
            case .take: continue
            case .jump(let target): pending.append(target)
            case .split(let first, let second):
                pending.append(second)
                pending.append(first)
            case .assert(let assertion): if edge.holds(assertion) { pending.append(state + 1) }
            case .match:
                pending.removeAll(keepingCapacity: true)
                return true
            }
        }
        return false
    }
}

/// What is on both sides of a position.
private struct Edge {
    private let isStart: Bool
    private let isEnd: Bool
    private let isWordEdge: Bool

    @inline(__always)
    init(_ bytes: UnsafeRawBufferPointer, _ position: Int) {
        isStart = position == 0
        isEnd = position == bytes.count
        let before = !isStart && Self.isWord(bytes[position - 1])
        let after = !isEnd && Self.isWord(bytes[position])
        isWordEdge = before != after
    }

    func holds(_ assertion: BytePattern.Assertion) -> Bool {
        switch assertion {
        case .start: isStart
        case .end: isEnd
        case .wordEdge: isWordEdge
        case .noWordEdge: !isWordEdge
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x5f
    }
}

/// States in the order of their coming, each once: the sparse set of Briggs and Torczon (1993), cleared in no time.
private struct StateSet {
    private var dense: [UInt16] = []
    private var sparse: [UInt16] = []
    private(set) var count = 0

    subscript(index: Int) -> Int { Int(dense[index]) }

    mutating func reset(_ size: Int) {
        if dense.count < size {
            dense = Array(repeating: 0, count: size)
            sparse = dense
        }
        count = 0
    }

    mutating func clear() { count = 0 }

    mutating func insert(_ state: Int) -> Bool {
        let place = Int(sparse[state])
        guard place >= count || Int(dense[place]) != state else { return false }
        dense[count] = UInt16(state)
        sparse[state] = UInt16(count)
        count += 1
        return true
    }
}
