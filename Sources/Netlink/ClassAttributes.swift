import CNetlink

/// The bytes of htb, which libnl-route cannot write in full. C: `tc_htb_glob`, `tc_htb_opt`, TCA_HTB_…
enum ClassAttributes {
    /// Version 3, no default class, and no room for packets of no class: they are dropped.
    static let root = Attribute.encode([
        Attribute(Int(TCA_HTB_INIT), [3, 10, 0, 0, 0].flatMap { Attribute.bytes(UInt32($0)) }),
        Attribute(Int(TCA_HTB_DIRECT_QLEN), UInt32(0)),
    ])

    /// Of a class that never waits: 1 Tbit/s, and 64 ms of it at once.
    static let unlimited: [UInt8] = {
        // `tc_ratespec`: cell_log, linklayer (1: Ethernet, so that no rate table is needed), overhead, cell_align, mpu, rate.
        let rate: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0] + Attribute.bytes(UInt32.max)
        // Both buffers in ticks of 64 ns; the quantum; level and prio.
        let rest: [UInt32] = [1_000_000, 1_000_000, 60_000, 0, 0]
        return Attribute.encode([
            Attribute(Int(TCA_HTB_RATE64), bytesPerSecond), Attribute(Int(TCA_HTB_CEIL64), bytesPerSecond),
            Attribute(Int(TCA_HTB_PARMS), rate + rate + rest.flatMap { Attribute.bytes($0) }),
        ])
    }()

    private static let bytesPerSecond: UInt64 = 125_000_000_000
}

extension Request {
    /// A class of htb whose packets never wait for it. Refused when it is there.
    static func addClass(_ handle: Handle, link: Int32) -> Request {
        Request(
            operation: "add class \(handle) of link \(link)",
            type: Int(RTM_NEWTCLASS),
            flags: Int(NLM_F_CREATE | NLM_F_EXCL),
            payload: header(link, handle, Handle(handle.major)) + kind("htb", ClassAttributes.unlimited)
        )
    }

    /// With all that is below it.
    static func deleteClass(_ handle: Handle, link: Int32) -> Request {
        Request(
            operation: "delete class \(handle) of link \(link)",
            type: Int(RTM_DELTCLASS),
            flags: 0,
            payload: header(link, handle, Handle(handle.major)) + kind("htb", nil)
        )
    }
}
