import Cgroups

/// How much processes may use, in the kernel's own units. At least one.
package struct LimitSettings: Sendable, Hashable {
    /// Thousandths of one processor, 10 to 1 024 000.
    package var milliprocessors: Int?
    /// Bytes; the kernel counts in pages of 4096.
    package var memory: UInt64?
    package var device: BlockDevice?
    /// Bytes and operations a second, on `device`.
    package var readBytes: UInt64?
    package var writeBytes: UInt64?
    package var readOperations: UInt64?
    package var writeOperations: UInt64?

    package init() {}

    /// One resource with what its group's files are to say.
    struct Part: Sendable {
        let controller: CgroupController
        /// In this order.
        let two: [Setting]
        let one: [Setting]

        func settings(_ version: CgroupMount.Version) -> [Setting] { version == .two ? two : one }
    }

    struct Setting: Sendable, Hashable {
        let file: String
        let value: String
        /// What takes the limit off again, where the earlier value cannot be written as it was read.
        let none: String
        /// nil: the whole file is the value; otherwise the line that begins so.
        let key: String?
    }

    var parts: [Part] {
        var parts: [Part] = []
        if let milliprocessors {
            // Of a period of 100 ms: a thousandth is 100 µs.
            let quota = "\(milliprocessors * 100)"
            parts.append(
                Part(
                    controller: .cpu,
                    two: [Setting(file: "cpu.max", value: "\(quota) 100000", none: "max 100000", key: nil)],
                    one: [
                        Setting(file: "cpu.cfs_period_us", value: "100000", none: "100000", key: nil),
                        Setting(file: "cpu.cfs_quota_us", value: quota, none: "-1", key: nil),
                    ]
                )
            )
        }
        if let memory {
            let bytes = "\(memory / 4096 * 4096)"
            parts.append(
                Part(
                    controller: .memory,
                    two: [Setting(file: "memory.max", value: bytes, none: "max", key: nil)],
                    one: [Setting(file: "memory.limit_in_bytes", value: bytes, none: "-1", key: nil)]
                )
            )
        }
        if let device, let io = input(device) { parts.append(io) }
        return parts
    }

    private func input(_ device: BlockDevice) -> Part? {
        let rates = [
            ("rbps", "read_bps", readBytes), ("wbps", "write_bps", writeBytes),
            ("riops", "read_iops", readOperations), ("wiops", "write_iops", writeOperations),
        ]
        let given = rates.compactMap { name, old, value in value.map { (name, old, $0) } }
        guard !given.isEmpty else { return nil }
        let limits = given.map { "\($0.0)=\($0.2)" }.joined(separator: " ")
        let none = given.map { "\($0.0)=max" }.joined(separator: " ")
        return Part(
            controller: .io,
            two: [
                Setting(
                    file: "io.max",
                    value: "\(device) \(limits)",
                    none: "\(device) \(none)",
                    key: "\(device)"
                )
            ],
            one: given.map { _, old, value in
                Setting(
                    file: "blkio.throttle.\(old)_device",
                    value: "\(device) \(value)",
                    none: "\(device) 0",
                    key: "\(device)"
                )
            }
        )
    }

    package var words: String {
        parts.flatMap { $0.two.map { "\($0.file) \"\($0.value)\"" } }.joined(separator: ", ")
    }
}
