import Impairments
package import LinuxSystem
import Measures

/// What this kernel's traffic control has, found out by trying it in a namespace that lasts no longer than the trial.
package enum QdiscSupport {
    package static func probe(_ qdisc: Qdisc) -> Feature.Answer {
        answer { try $0.send(.qdisc(.add, qdisc, link: loopback, parent: .root, handle: Handle(1))) }
    }

    fileprivate static func answer(_ trial: @escaping @Sendable (borrowing RouteSocket) throws -> Void)
        -> Feature.Answer
    {
        do {
            try NetworkNamespace.insideFresh { try trial(RouteSocket()) }
            return .yes
        } catch let error as NetlinkError {
            // EPERM says nothing about the kernel.
            return error.kernelErrno == 1 || error.kernelErrno == nil
                ? .unknown(error.message) : .no(error.message)
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
        needs: KernelHome.current.remedy(modules: ["sch_netem"])
    ) {
        QdiscSupport.probe(.netem(NetemSpec()))
    }

    /// A detour with netem below it, as the `netem` backend makes it.
    package static let delayTree = Feature(
        name: "netem backend",
        needs: KernelHome.current.remedy(modules: [
            "sch_netem", "sch_htb", "sch_ingress", "cls_u32", "act_mirred", "veth",
        ])
    ) {
        QdiscSupport.answer { socket in
            let tree = try socket.make(Detour(of: socket.addVeth("probe0", peer: "probe1"), .leaving))
            try socket.addClass(1, [.netem(NetemSpec())], to: tree)
        }
    }

    /// A netem that duplicates, next to another one. Kernels from about July 2025 refuse it (netem_change,
    /// check_netem_in_tree), since duplicates could multiply.
    package static let duplicatesBesideOthers = Feature(
        name: "netem duplicates beside other faults",
        needs:
            "a kernel that allows a duplicating netem and another in one tree; the queue backend does it everywhere"
    ) {
        QdiscSupport.answer { socket in
            let tree = try socket.make(Detour(of: socket.addVeth("probe0", peer: "probe1"), .leaving))
            try socket.addClass(1, [.netem(NetemSpec())], to: tree)
            try socket.addClass(2, [.netem(NetemSpec(.init(duplicate: .init(.one))))], to: tree)
        }
    }
}
