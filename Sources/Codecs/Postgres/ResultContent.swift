import Plan

/// The cells of a query's result that checks look at, taken from DataRow and RowDescription messages as they come. Each
/// cell's memory is bounded and reused.
struct ResultContent: Sendable {
    private enum Cell: UInt8 { case missing, null, whole, cut }

    /// A name is shorter: 63 bytes at most.
    private static let nameLimit = 64

    private let wanted: [ResultCell]
    private var bytes: [[UInt8]]
    private var found: [Cell]
    /// Numbers of the wanted columns in the result that is coming, from 1; 0: it has none of this name.
    private var columns: [Int]
    /// So far, of all results.
    private(set) var rows = 0
    private var scan = FieldScan(isDescription: false)
    private var name: [UInt8] = []

    init(_ wanted: [ResultCell]) {
        self.wanted = wanted
        bytes = wanted.map { _ in [] }
        found = wanted.map { _ in .missing }
        columns = wanted.map { if case .number(let number) = $0.column { number } else { 0 } }
    }

    mutating func clear() {
        rows = 0
        for index in wanted.indices {
            bytes[index].removeAll(keepingCapacity: true)
            found[index] = .missing
        }
    }

    mutating func beginRow() {
        scan = FieldScan(isDescription: false)
        rows += 1
    }

    /// The names of a result's columns follow.
    mutating func beginDescription() {
        scan = FieldScan(isDescription: true)
        name.removeAll(keepingCapacity: true)
        for index in wanted.indices { if case .name = wanted[index].column { columns[index] = 0 } }
    }

    /// The next bytes of the row or description.
    mutating func feed(_ message: UnsafeRawBufferPointer) {
        guard !wanted.isEmpty else { return }
        var position = 0
        while position < message.count {
            switch scan.step(message, &position) {
            case .more: continue
            case .null: for index in wanted.indices where isHere(index) { found[index] = .null }
            case .value(let piece): for index in wanted.indices where isHere(index) { add(piece, to: index) }
            case .name(let piece): name += piece.prefix(Self.nameLimit - name.count)
            case .nameEnd: endName()
            }
        }
    }

    func passes(_ test: BytesTest, cell: Int, _ matcher: inout PatternMatcher) -> Bool {
        switch found[cell] {
        case .missing: false
        case .null: test.passes(nil, isWhole: true, &matcher)
        case .whole, .cut:
            bytes[cell].withUnsafeBytes { test.passes($0, isWhole: found[cell] == .whole, &matcher) }
        }
    }

    private func isHere(_ index: Int) -> Bool {
        wanted[index].row == rows && columns[index] == scan.field
    }

    private mutating func add(_ piece: UnsafeRawBufferPointer, to index: Int) {
        if found[index] == .missing { found[index] = .whole }
        let room = AnswerCheck.bodyLimit - bytes[index].count
        if piece.count > room { found[index] = .cut }
        bytes[index] += UnsafeRawBufferPointer(rebasing: piece.prefix(room))
    }

    private mutating func endName() {
        for index in wanted.indices {
            guard case .name(let wanted) = wanted[index].column, columns[index] == 0 else { continue }
            if name.elementsEqual(wanted.utf8) { columns[index] = scan.field }
        }
        name.removeAll(keepingCapacity: true)
    }
}
