/// A network interface, as the kernel showed it.
package struct Link: Sendable, Hashable {
    package let index: Int32
    package let name: String
    /// "veth", "bridge", "ifb"; empty for hardware and for lo.
    package let kind: String
    /// ARPHRD_…: 1 Ethernet, 772 loopback.
    package let hardwareType: UInt16
    /// "02:00:00:00:00:01"; empty where there is none.
    package let hardwareAddress: String
    /// Administratively up (IFF_UP).
    package let isUp: Bool
    package let mtu: Int
    /// Index of the bridge it is a port of; nil when it is none.
    package let master: Int32?
    /// Packets; 0: the device has no default queue.
    package let transmitQueueLength: Int

    /// Its packets begin with an Ethernet header.
    package var isEthernet: Bool { hardwareType == 1 }

    package init(
        index: Int32,
        name: String,
        kind: String,
        hardwareType: UInt16 = 1,
        hardwareAddress: String,
        isUp: Bool,
        mtu: Int,
        master: Int32?,
        transmitQueueLength: Int
    ) {
        self.index = index
        self.name = name
        self.kind = kind
        self.hardwareType = hardwareType
        self.hardwareAddress = hardwareAddress
        self.isUp = isUp
        self.mtu = mtu
        self.master = master
        self.transmitQueueLength = transmitQueueLength
    }
}

extension Link {
    /// From one RTM_NEWLINK message: `struct ifinfomsg` (16 bytes: index at 4, flags at 8), then the IFLA_ attributes.
    package init?(_ answer: Answer) {
        guard answer.type == 16, answer.payload.count >= 16 else { return nil }
        var (name, kind, hardware) = ("", "", "")
        var (mtu, queue) = (0, 0)
        var master: Int32?
        for attribute in Attribute.decode(answer.payload.dropFirst(16)) {
            switch Int(attribute.type) {
            case 1 where !attribute.payload.isEmpty:
                hardware = attribute.payload.map(Self.hexadecimal).joined(separator: ":")
            case 3: name = attribute.text
            case 4: mtu = Int(attribute.payload.integer(at: 0, as: UInt32.self))
            case 10: master = attribute.payload.integer(at: 0, as: Int32.self)
            case 13: queue = Int(attribute.payload.integer(at: 0, as: UInt32.self))
            case 18: kind = attribute.nested.first { $0.type == 1 }?.text ?? ""
            default: break
            }
        }
        self.init(
            index: answer.payload.integer(at: 4, as: Int32.self),
            name: name,
            kind: kind,
            hardwareType: answer.payload.integer(at: 2, as: UInt16.self),
            hardwareAddress: hardware,
            isUp: answer.payload.integer(at: 8, as: UInt32.self) & 1 == 1,
            mtu: mtu,
            master: master,
            transmitQueueLength: queue
        )
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
}
