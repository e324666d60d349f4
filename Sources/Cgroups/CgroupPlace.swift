/// Where a new group is made for processes, so that a resource of theirs can be limited apart from others.
package struct CgroupPlace: Hashable, Sendable {
    package let controller: CgroupController
    package let parent: Cgroup
    /// Version 2: those that must first hand the controller down, the topmost first. Writing "+cpu" to their
    /// cgroup.subtree_control does it.
    package let handingDown: [Cgroup]

    /// For processes that are in these groups of one hierarchy.
    ///
    /// Version 1: below what they have in common, so that limits that hold for them go on to. Version 2 has no processes
    /// in a group that hands controllers down, but for the topmost: the new one is beside theirs. Freezing needs no
    /// controller there, and the new one is below theirs.
    package init(_ controller: CgroupController, for homes: [Cgroup]) throws(CgroupError) {
        guard let first = homes.first else {
            throw CgroupError("cgroup.no-process", "no process to make a control group for")
        }
        var common = first
        while !homes.allSatisfy({ $0.isAtOrBelow(common) }), let above = common.parent { common = above }
        self.controller = controller
        guard common.mount.version == .two, let name = controller.nameInTwo else {
            parent = common
            handingDown = []
            return
        }
        if homes.contains(common), let above = common.parent { common = above }
        parent = common
        var needed: [Cgroup] = []
        var group: Cgroup? = common
        while let at = group {
            if !at.lists(name, in: "cgroup.subtree_control") { needed.insert(at, at: 0) }
            group = at.parent
        }
        handingDown = needed
        guard needed.first?.lists(name, in: "cgroup.controllers") ?? true else {
            throw CgroupError(
                "cgroup.no-controller",
                "\(common.mount.point) has no \(name) controller; needed: \(controller.remedy)"
            )
        }
    }

    package func group(named name: String) -> Cgroup { parent.child(name) }
}

extension Cgroup {
    package func lists(_ controller: String, in file: String) -> Bool {
        (try? read(file))?.split(separator: " ").contains { $0 == controller } ?? false
    }

    /// No group below makes use of the controller, as far as its usual files tell.
    package func isUnused(_ controller: CgroupController) -> Bool {
        let unset: [String: Set<String>] =
            switch controller {
            case .cpu: ["cpu.max": ["max 100000"], "cpu.weight": ["100"]]
            case .memory:
                [
                    "memory.max": ["max"], "memory.high": ["max"], "memory.low": ["0"], "memory.min": ["0"],
                    "memory.swap.max": ["max"],
                ]
            case .io: ["io.max": [""], "io.weight": ["default 100", ""], "io.latency": [""]]
            case .freezer: [:]
            }
        guard let children = try? children else { return false }
        return children.allSatisfy { child in
            unset.allSatisfy { file, values in (try? child.read(file)).map { values.contains($0) } ?? true }
        }
    }
}
