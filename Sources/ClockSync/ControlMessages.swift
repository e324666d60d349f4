import Glibc

/// What the kernel says beside a packet. Walks the control messages as CMSG_FIRSTHDR and CMSG_NXTHDR do: each is a length (8
/// bytes, itself included), a level, a type, and data, padded to 8.
struct ControlMessages {
    /// The kernel's software stamp, CLOCK_REALTIME in nanoseconds (SCM_TIMESTAMPING, the first of its three).
    private(set) var stamp: Int64?
    /// The packet is one of our own that left the host (SO_EE_ORIGIN_TIMESTAMPING, SCM_TSTAMP_SND).
    private(set) var isDeparture = false

    init(_ control: UnsafeRawBufferPointer) {
        var offset = 0
        while offset + 16 <= control.count {
            let length = control.loadUnaligned(fromByteOffset: offset, as: Int.self)
            guard length >= 16, length <= control.count - offset else { return }
            let level = control.loadUnaligned(fromByteOffset: offset + 8, as: Int32.self)
            let type = control.loadUnaligned(fromByteOffset: offset + 12, as: Int32.self)
            take(level, type, UnsafeRawBufferPointer(rebasing: control[(offset + 16)..<(offset + length)]))
            offset += (length + 7) & ~7
        }
    }

    private mutating func take(_ level: Int32, _ type: Int32, _ data: UnsafeRawBufferPointer) {
        if level == SOL_SOCKET, type == SO_TIMESTAMPING, data.count >= 16 {
            let seconds = data.loadUnaligned(fromByteOffset: 0, as: Int64.self)
            let nanoseconds = data.loadUnaligned(fromByteOffset: 8, as: Int64.self)
            // Zero: there is none.
            if seconds > 0 { stamp = seconds &* 1_000_000_000 &+ nanoseconds }
        }
        let isError =
            level == Int32(IPPROTO_IP) && type == IP_RECVERR
            || level == Int32(IPPROTO_IPV6) && type == IPV6_RECVERR
        // sock_extended_err: errno (4 bytes), origin, type, code, padding, info (4 bytes): 4 is the origin, 0 the kind.
        if isError, data.count >= 12 {
            isDeparture = data[4] == 4 && data.loadUnaligned(fromByteOffset: 8, as: UInt32.self) == 0
        }
    }
}
