/// Where a conversation writes what is to be sent: one reused buffer, which grows to the largest request and stays.
package struct OutputBytes: ~Copyable {
    private var storage: UnsafeMutableRawBufferPointer
    package private(set) var count = 0

    package init(capacity: Int = 4_096) {
        storage = .allocate(byteCount: max(64, capacity), alignment: 16)
    }

    deinit { storage.deallocate() }

    package var isEmpty: Bool { count == 0 }

    /// Valid until the next change.
    package var bytes: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: storage[..<count])
    }

    /// Keeps the memory.
    package mutating func clear() {
        count = 0
    }

    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        guard let source = bytes.baseAddress, !bytes.isEmpty else { return }
        reserve(bytes.count)
        storage.baseAddress?.advanced(by: count).copyMemory(from: source, byteCount: bytes.count)
        count += bytes.count
    }

    package mutating func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    package mutating func append(_ byte: UInt8) {
        reserve(1)
        storage[count] = byte
        count += 1
    }

    /// Network byte order.
    package mutating func append(bigEndian value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.bigEndian) { append($0) }
    }

    /// The UTF-8 of the text.
    package mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// Overwrites what was appended before, such as a length that is known at the end. Outside of it: nothing happens.
    package mutating func patch(bigEndian value: some FixedWidthInteger, at offset: Int) {
        withUnsafeBytes(of: value.bigEndian) { bytes in
            guard offset >= 0, offset + bytes.count <= count, let source = bytes.baseAddress else { return }
            storage.baseAddress?.advanced(by: offset).copyMemory(from: source, byteCount: bytes.count)
        }
    }

    private mutating func reserve(_ more: Int) {
        guard count + more > storage.count else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: max(storage.count * 2, count + more),
            alignment: 16
        )
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: storage[..<count]))
        storage.deallocate()
        storage = larger
    }
}
