/// Files that a capture writes one after the other, the oldest removed for the newest: what it may take of a disk. Pure.
///
/// `…/packets-web.pcap` stands for `…/packets-web.1.pcap`, `…/packets-web.2.pcap` and so on.
package struct CaptureRing: Sendable, Hashable {
    /// The size of a file without packets, and of a packet's record without it. (man pcap-savefile)
    static let fileHeader: Int64 = 24
    static let recordHeader: Int64 = 16

    let path: String
    /// A file does not grow beyond it.
    let fileBytes: Int64
    let files: Int
    /// Packets of each file that is there, the oldest first, and the newest file's number.
    private(set) var counts: [Int] = []
    private(set) var newest = 0
    private(set) var overwritten = 0
    private var sizes: [Int64] = []

    /// `fileBytes`: at least enough for one packet. `files`: at least 2, so that what is removed is never all.
    init(path: String, fileBytes: Int64, files: Int, snapshotLength: Int32) {
        self.path = path
        self.fileBytes = max(fileBytes, Self.fileHeader + Self.recordHeader + Int64(snapshotLength))
        self.files = max(2, files)
    }

    var packets: Int { overwritten + counts.reduce(0, +) }
    var bytes: Int64 { sizes.reduce(0, +) }
    var current: String { name(of: newest) }

    /// How many packets of this size a file can take whole, at most `most`, and the newest one still; 0: it is full.
    func room(snapshotLength: Int32, atMost most: Int) -> Int {
        let left = fileBytes - (sizes.last ?? fileBytes)
        return min(most, Int(left / (Self.recordHeader + Int64(snapshotLength))))
    }

    /// A new file begins. The path of one that is to be removed for it, if there is one too many.
    mutating func begin() -> String? {
        newest += 1
        counts.append(0)
        sizes.append(Self.fileHeader)
        guard counts.count > files else { return nil }
        overwritten += counts.removeFirst()
        sizes.removeFirst()
        return name(of: newest - files)
    }

    mutating func add(packets: Int, bytes: Int64) {
        guard !counts.isEmpty else { return }
        counts[counts.count - 1] += packets
        sizes[sizes.count - 1] += bytes
    }

    private func name(of number: Int) -> String {
        path.hasSuffix(".pcap") ? "\(path.dropLast(5)).\(number).pcap" : "\(path).\(number).pcap"
    }
}
