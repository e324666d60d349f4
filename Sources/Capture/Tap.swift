import CPcap
import Glibc
import LinuxSystem
import Measures

/// An open capture: libpcap's one door. Not for two threads at once.
struct Tap: ~Copyable, Sendable {
    /// The kernel hands a block of packets over when it is full, or this old. Milliseconds.
    static let blockAge: Int32 = 20
    /// The kernel's buffer, bytes: 20 000 packets a second fill it in about a second.
    private static let bufferSize: Int32 = 4 << 20
    /// Packets taken at once at most.
    private static let batch = 512

    private let interface: String
    private let snapshotLength: Int32
    private let source: ForeignHandle
    private var dump: ForeignHandle?
    private(set) var ring: CaptureRing?

    /// For a Poller: readable when the kernel has a block of packets.
    var descriptor: Int32 { pcap_get_selectable_fd(source.pointer) }

    /// In the calling thread's network namespace, where it stays. The interface is not made promiscuous: it is left as
    /// it was found.
    init(interface: String, filter: String, snapshotLength: Int32) throws(CaptureError) {
        let operation = "capture on \(interface)"
        let (created, text) = Self.withErrorText { pcap_create(interface, $0) }
        guard let source = ForeignHandle(created, release: { pcap_close($0) }) else {
            throw CaptureError(operation: operation, pcapCode: PCAP_ERROR, text: text)
        }
        let pcap = source.pointer
        // These fail only for a capture that is active already.
        pcap_set_snaplen(pcap, snapshotLength)
        pcap_set_promisc(pcap, 0)
        pcap_set_timeout(pcap, Self.blockAge)
        pcap_set_buffer_size(pcap, Self.bufferSize)
        let precision = pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO)
        guard precision == 0 else { throw Self.refusal(operation, precision, pcap, interface) }
        let active = pcap_activate(pcap)
        // What is positive is a warning.
        guard active >= 0 else { throw Self.refusal(operation, active, pcap, interface) }
        guard pcap_get_tstamp_precision(pcap) == PCAP_TSTAMP_PRECISION_NANO else {
            let code = PCAP_ERROR_TSTAMP_PRECISION_NOTSUP
            throw Self.refusal(operation, code, pcap, interface)
        }
        try Self.setFilter(filter, pcap, interface)
        let direction = pcap_setdirection(pcap, PCAP_D_INOUT)
        guard direction == 0 else { throw Self.refusal(operation, direction, pcap, interface) }
        let (blocking, blockingText) = Self.withErrorText { pcap_setnonblock(pcap, 1, $0) }
        guard blocking == 0, pcap_get_selectable_fd(pcap) >= 0 else {
            throw CaptureError(operation: operation, pcapCode: PCAP_ERROR, text: blockingText)
        }
        _ = fcntl(pcap_fileno(pcap), F_SETFD, FD_CLOEXEC)
        self.interface = interface
        self.snapshotLength = snapshotLength
        self.source = source
    }

    /// Begins to write: the first file is there, with its header, when it returns.
    mutating func write(to path: String, fileBytes: Int64, files: Int) throws(CaptureError) {
        ring = CaptureRing(path: path, fileBytes: fileBytes, files: files, snapshotLength: snapshotLength)
        try beginFile()
    }

    /// The next file of the ring, with the header of a pcap file in nanoseconds (magic a1b23c4d). It gets its name once
    /// that is written, so that every file of the ring can be read at any moment.
    private mutating func beginFile() throws(CaptureError) {
        guard ring != nil else { return }
        try flush()
        dump = nil
        let surplus = ring?.begin()
        let name = ring?.current ?? ""
        let unnamed = name + ".begun"
        let operation = "write the capture \(name)"
        let opened = pcap_dump_open(source.pointer, unnamed)
        guard let dump = ForeignHandle(opened, release: { pcap_dump_close($0) }) else {
            throw CaptureError(
                operation: operation,
                pcapCode: PCAP_ERROR,
                text: String(cString: pcap_geterr(source.pointer)),
                remedy: "Name a file in a folder that exists and may be written"
            )
        }
        _ = fcntl(fileno(pcap_dump_file(dump.pointer)), F_SETFD, FD_CLOEXEC)
        self.dump = consume dump
        do throws(CaptureError) {
            try flush()
        } catch {
            unlink(unnamed)
            throw error
        }
        guard rename(unnamed, name) == 0 else {
            throw CaptureError(operation: operation, pcapCode: 0, text: SystemError.text(of: errno))
        }
        // One that somebody else removed is as gone as it should be.
        if let surplus { unlink(surplus) }
    }

    /// Writes what the kernel has, at most some hundreds of packets; the number of packets read, 0 when there is
    /// nothing.
    mutating func read() throws(CaptureError) -> Int {
        var room = ring?.room(snapshotLength: snapshotLength, atMost: Self.batch) ?? 0
        if room == 0 {
            try beginFile()
            room = ring?.room(snapshotLength: snapshotLength, atMost: Self.batch) ?? 0
        }
        guard let dump = dump?.pointer, room > 0 else { return 0 }
        var sink = Sink(dump: dump)
        let count = withUnsafeMutablePointer(to: &sink) {
            pcap_dispatch(
                source.pointer,
                Int32(room),
                Sink.take,
                UnsafeMutablePointer<UInt8>(OpaquePointer($0))
            )
        }
        ring?.add(packets: sink.packets, bytes: sink.bytes)
        guard count >= 0 else {
            throw Self.refusal("capture on \(interface)", count, source.pointer, interface)
        }
        return Int(count)
    }

    /// Hands what was written to the kernel, where it outlives this process. Writing errors show here.
    mutating func flush() throws(CaptureError) {
        guard let dump = dump?.pointer else { return }
        let code = pcap_dump_flush(dump)
        let number = errno
        guard code == 0, ferror(pcap_dump_file(dump)) == 0 else {
            throw CaptureError(
                operation: "write the capture of \(interface)",
                pcapCode: 0,
                text: code == 0 ? "a packet was not written" : SystemError.text(of: number),
                remedy: "Free space on the disk of the results, or capture fewer hosts"
            )
        }
    }

    /// Refusals that say nothing about what the host can do.
    static let undecided = [PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED, PCAP_ERROR_IFACE_NOT_UP]

    /// Packets that the kernel had no room for, since the beginning.
    func dropped() -> Int {
        var statistics = pcap_stat()
        return pcap_stats(source.pointer, &statistics) == 0 ? Int(statistics.ps_drop) : 0
    }

    /// Also without a filter ("" takes all): its program is what makes the kernel cut packets at the snapshot length, so
    /// that a large one does not fill the buffer.
    private static func setFilter(
        _ filter: String,
        _ pcap: OpaquePointer,
        _ interface: String
    ) throws(CaptureError) {
        var program = bpf_program()
        let compiled = pcap_compile(pcap, &program, filter, 1, PCAP_NETMASK_UNKNOWN)
        guard compiled == 0 else {
            throw CaptureError(
                operation: "capture on \(interface) with filter '\(filter)'",
                pcapCode: compiled,
                text: String(cString: pcap_geterr(pcap)),
                remedy: "Write it as for tcpdump, such as 'tcp port 80' (man pcap-filter)",
                exitCode: .badInput
            )
        }
        defer { pcap_freecode(&program) }
        let set = pcap_setfilter(pcap, &program)
        guard set == 0 else { throw refusal("capture on \(interface)", set, pcap, interface) }
    }

    private static func withErrorText<Value>(
        _ call: (UnsafeMutablePointer<CChar>?) -> Value
    ) -> (value: Value, text: String) {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PCAP_ERRBUF_SIZE)) { buffer in
            buffer.initialize(repeating: 0)
            let value = call(buffer.baseAddress)
            return (value, buffer.baseAddress.map { String(cString: $0) } ?? "")
        }
    }

    /// libpcap's words for the code, and what it added for this capture where it did.
    private static func refusal(
        _ operation: String,
        _ code: Int32,
        _ pcap: OpaquePointer,
        _ interface: String
    ) -> CaptureError {
        let general = String(cString: pcap_statustostr(code))
        let particular = String(cString: pcap_geterr(pcap))
        let text = code == PCAP_ERROR || particular.isEmpty ? particular : "\(general): \(particular)"
        let remedy: String? =
            switch code {
            case PCAP_ERROR_NO_SUCH_DEVICE: "'ip link' lists the interfaces of this host"
            case PCAP_ERROR_PERM_DENIED: "Run as root, or grant CAP_NET_RAW"
            case PCAP_ERROR_IFACE_NOT_UP: "Put it up: ip link set \(interface) up"
            default: nil
            }
        return CaptureError(
            operation: operation,
            pcapCode: code,
            text: text.isEmpty ? general : text,
            remedy: remedy
        )
    }
}

/// What the callback of one pcap_dispatch works on.
private struct Sink {
    let dump: OpaquePointer
    var packets = 0
    var bytes: Int64 = 0

    init(dump: OpaquePointer) { self.dump = dump }

    static let take: pcap_handler = { user, header, data in
        guard let user, let header, let data else { return }
        let sink = UnsafeMutablePointer<Sink>(OpaquePointer(user))
        pcap_dump(UnsafeMutablePointer<UInt8>(sink.pointee.dump), header, data)
        sink.pointee.packets += 1
        sink.pointee.bytes += CaptureRing.recordHeader + Int64(header.pointee.caplen)
    }
}
