import Plan

/// A load's data as bytes: cells one after the other, found by row and column.
struct TemplateRows: Sendable, Equatable {
    private let bytes: [UInt8]
    /// Where cells begin, row by row; one more at the end.
    private let starts: [Int32]
    private let columns: Int
    let count: Int
    let isRandom: Bool

    init(_ rows: DataRows) {
        var bytes: [UInt8] = []
        var starts: [Int32] = [0]
        for cell in rows.rows.joined() {
            bytes += Array(cell.utf8)
            starts.append(Int32(clamping: bytes.count))
        }
        self.bytes = bytes
        self.starts = starts
        columns = rows.columns.count
        count = rows.rows.count
        isRandom = rows.pick == .random
    }

    func withCell<Result>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        let cell = row * columns + column
        return bytes.withUnsafeBytes {
            body(UnsafeRawBufferPointer(rebasing: $0[Int(starts[cell])..<Int(starts[cell + 1])]))
        }
    }
}
