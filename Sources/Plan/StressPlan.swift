package import Measures

/// What is used up on a host. At least one part.
package struct StressPlan: Sendable, Equatable {
    package var processor: Processor?
    package var memory: Memory?
    package var disk: Disk?
    package var traffic: DiskTraffic?

    package init(
        processor: Processor? = nil,
        memory: Memory? = nil,
        disk: Disk? = nil,
        traffic: DiskTraffic? = nil
    ) {
        self.processor = processor
        self.memory = memory
        self.disk = disk
        self.traffic = traffic
    }

    package struct Processor: Sendable, Equatable {
        /// 1 to 1024.
        package var workers: Int
        /// Of one processor, by each worker.
        package var load: Share

        package init(workers: Int, load: Share) {
            self.workers = workers
            self.load = load
        }
    }

    package enum Memory: Sendable, Equatable {
        case bytes(UInt64)
        /// Of what is available when it begins.
        case share(Share)
    }

    /// Files that fill the file system of a folder.
    package struct Disk: Sendable, Equatable {
        package var folder: String
        /// What stays free, in bytes.
        package var leave: UInt64

        package init(folder: String, leave: UInt64) {
            self.folder = folder
            self.leave = leave
        }
    }

    /// Writing, syncing and reading a file again and again.
    package struct DiskTraffic: Sendable, Equatable {
        package var folder: String
        package var workers: Int
        /// Of each worker's file, in bytes.
        package var size: UInt64

        package init(folder: String, workers: Int, size: UInt64) {
            self.folder = folder
            self.workers = workers
            self.size = size
        }
    }
}

/// What processes may use at most, by their cgroup. At least one part.
package struct LimitPlan: Sendable, Equatable {
    package var target: ProcessTargetPlan
    /// Thousandths of one processor: 500 is half of one.
    package var milliprocessors: Int?
    /// Bytes.
    package var memory: UInt64?
    /// Bytes a second.
    package var readBytes: UInt64?
    package var writeBytes: UInt64?
    /// Operations a second.
    package var readOperations: UInt64?
    package var writeOperations: UInt64?
    /// A device, "/dev/sda" or "8:0"; nil: the one of the root file system.
    package var device: String?

    package init(target: ProcessTargetPlan) {
        self.target = target
    }

    package var hasInput: Bool {
        [readBytes, writeBytes, readOperations, writeOperations].contains { $0 != nil }
    }
    package var isEmpty: Bool { milliprocessors == nil && memory == nil && !hasInput }
}
