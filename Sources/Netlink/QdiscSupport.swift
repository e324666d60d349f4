package import LinuxSystem

/// Which kinds of qdisc this kernel has, found out by trying them on the loopback of a namespace that lasts no longer
/// than the trial.
package enum QdiscSupport {
    package static func probe(_ qdisc: Qdisc) -> Feature.Answer {
        do {
            try NetworkNamespace.insideFresh {
                let socket = try RouteSocket()
                try socket.send(
                    .qdisc(.add, qdisc, link: loopback, parent: .root, handle: Handle(1))
                )
            }
            return .yes
        } catch let error as NetlinkError {
            // ENOENT: no such kind, and no module of that name could be loaded.
            return error.isAbsent ? .no(error.message) : .unknown(error.message)
        } catch {
            return .unknown("\(error)")
        }
    }

    /// lo is the first interface of every namespace.
    private static let loopback: Int32 = 1
}

extension Feature {
    package static let netem = Feature(
        name: "netem",
        needs: "the kernel module sch_netem (modprobe sch_netem; Debian: linux-image-amd64, not -cloud)"
    ) {
        QdiscSupport.probe(.netem(NetemSpec()))
    }

    package static let prio = Feature(name: "prio", needs: "the kernel module sch_prio (modprobe sch_prio)") {
        QdiscSupport.probe(.prio(bands: 16, priomap: [UInt8](repeating: 0, count: 16)))
    }

    /// Both, as the `netem` backend needs them.
    package static let delayTree = Feature(
        name: "netem backend",
        needs: "the kernel modules sch_netem and sch_prio"
    ) {
        let prio = Feature.prio.answer()
        return prio.isYes ? Feature.netem.answer() : prio
    }
}
