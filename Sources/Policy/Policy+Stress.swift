import Plan

/// What the policy says of stress.
extension Policy {
    func refusals(of asked: FaultRequest.Stress, _ fault: String) -> [Refusal] {
        [
            workerRefusal(of: asked, fault), memoryRefusal(of: asked, fault),
            diskRefusal(of: asked, fault), folderRefusal(of: asked, fault),
        ].compactMap { $0 }
    }

    private func workerRefusal(of asked: FaultRequest.Stress, _ fault: String) -> Refusal? {
        guard let most = stress.mostWorkers, asked.workers > most.value else { return nil }
        return Refusal(
            fault,
            "stress.most-workers",
            most.place,
            of: self,
            "it has \(asked.workers) workers, and \(most.value) is the most",
            remedy: "ask for fewer"
        )
    }

    private func memoryRefusal(of asked: FaultRequest.Stress, _ fault: String) -> Refusal? {
        guard let most = stress.mostMemory, asked.memory > most.value else { return nil }
        return Refusal(
            fault,
            "stress.most-memory",
            most.place,
            of: self,
            "it takes \(asked.memory) bytes, and \(most.value) is the most",
            remedy: "ask for less"
        )
    }

    private func diskRefusal(of asked: FaultRequest.Stress, _ fault: String) -> Refusal? {
        guard let least = stress.leaveDisk, let disk = asked.disk, disk.leaves < least.value else {
            return nil
        }
        return Refusal(
            fault,
            "stress.leave-disk",
            least.place,
            of: self,
            "it leaves \(disk.leaves) bytes free in \(disk.folder), and \(least.value) is the least",
            remedy: "raise leave"
        )
    }

    private func folderRefusal(of asked: FaultRequest.Stress, _ fault: String) -> Refusal? {
        guard let folders = stress.folders else { return nil }
        let isAllowed = { (path: String) in
            // A detour may lead out of it.
            !path.split(separator: "/").contains("..")
                && folders.value.contains { ProcessRule.lies(path, in: $0) }
        }
        guard let other = asked.folders.first(where: { !isAllowed($0) }) else { return nil }
        return Refusal(
            fault,
            "stress.folders",
            folders.place,
            of: self,
            "it writes into \(other); allowed are \(folders.value.listed)",
            remedy: "name one of them, or have the operator add it"
        )
    }
}
