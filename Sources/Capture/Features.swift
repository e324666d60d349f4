package import LinuxSystem

extension Feature {
    /// Packet captures with stamps in nanoseconds.
    package static let packetCapture = Feature(
        name: "packet capture",
        needs: "packet sockets and CAP_NET_RAW (CONFIG_PACKET, or modprobe af_packet)"
    ) {
        do throws(CaptureError) {
            _ = try Tap(interface: "lo", filter: "", snapshotLength: 64)
            return .yes
        } catch {
            return Tap.undecided.contains(error.pcapCode) ? .unknown(error.message) : .no(error.message)
        }
    }
}
