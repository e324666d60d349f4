/// Names a qdisc ("fa17:") or a class ("fa17:2"); also says what a qdisc hangs below. Like `TC_H_MAKE`.
package struct Handle: Sendable, Hashable, CustomStringConvertible {
    package let number: UInt32

    package init(number: UInt32) { self.number = number }
    package init(_ major: UInt16, _ minor: UInt16 = 0) { number = UInt32(major) << 16 | UInt32(minor) }

    /// As a parent: the interface itself. C: `TC_H_ROOT`.
    package static let root = Handle(number: 0xffff_ffff)
    /// As a parent: the receiving side. C: `TC_H_INGRESS`, `TC_H_CLSACT`.
    package static let ingress = Handle(number: 0xffff_fff1)
    /// As a handle: the kernel chooses; of a listed qdisc: the kernel made it by default.
    package static let unspecified = Handle(number: 0)

    package var major: UInt16 { UInt16(truncatingIfNeeded: number >> 16) }
    package var minor: UInt16 { UInt16(truncatingIfNeeded: number) }

    package var description: String {
        switch self {
        case .root: "root"
        case .ingress: "ingress"
        default: "\(String(major, radix: 16)):\(minor == 0 ? "" : String(minor, radix: 16))"
        }
    }
}
