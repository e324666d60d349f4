import Glibc

/// The last head that came in one piece, and what the scanner made of it: a server says nearly the same again and again,
/// and the same bytes leave the scanner in the same state. Comparing them costs a tenth of reading them.
///
/// Memory is taken once a connection; a head that is longer is read each time.
struct HeadMemory {
    static let capacity = 1_024

    private var bytes: [UInt8] = []
    private var scanner: AnswerScanner

    init(_ fresh: AnswerScanner) {
        scanner = fresh
    }

    /// Length of the head with which the bytes begin, and the scanner behind it; nil when it is another one.
    @inline(__always)
    func recall(_ answer: UnsafeRawBufferPointer, into scanner: inout AnswerScanner) -> Int? {
        guard !bytes.isEmpty, answer.count >= bytes.count, let start = answer.baseAddress else { return nil }
        let isSame = bytes.withUnsafeBytes { known in
            known.baseAddress.map { memcmp($0, start, known.count) == 0 } ?? false
        }
        guard isSame else { return nil }
        scanner = self.scanner
        return bytes.count
    }

    /// - Parameter scanner: as a fresh one is after exactly these bytes.
    mutating func keep(_ head: UnsafeRawBufferPointer, _ scanner: AnswerScanner) {
        guard head.count <= Self.capacity else { return }
        if bytes.capacity < Self.capacity { bytes.reserveCapacity(Self.capacity) }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: head)
        self.scanner = scanner
    }
}
