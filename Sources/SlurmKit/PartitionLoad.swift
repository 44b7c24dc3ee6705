internal import CSlurm
import SlurmModel

/// The partitions as slurmctld sent them, with the numbers of their nodes.
///
/// A node's number is its position in slurmctld's table at that moment: it is valid only with nodes that were loaded
/// before the table changed.
struct PartitionLoad: Hashable, Sendable {
    /// The partitions, in slurmctld's order.
    let partitions: [Partition]
    /// The node numbers of each partition, in the same order.
    let indexes: [[ClosedRange<Int>]]
    /// slurmctld's clock at its answer.
    let time: Int

    /// Asks slurmctld.
    ///
    /// - Parameters:
    ///   - previous: What was loaded before; nil loads all of it.
    ///   - attempt: What is tried, for the error.
    /// - Returns: Nil where nothing has changed since the load before.
    /// - Throws: A ``SlurmError``.
    static func load(
        since previous: PartitionLoad?, attempt: String
    ) throws(SlurmError) -> PartitionLoad? {
        do throws(SlurmError) {
            return unsafe PartitionLoad(
                try SlurmMessage<partition_info_msg_t>(attempt: attempt) {
                    unsafe cslurm_load_partitions(&$0, time_t(previous?.time ?? 0))
                })
        } catch {
            guard previous != nil, error.code == cslurm_no_change else { throw error }
            return nil
        }
    }

    /// The names of the partitions of each node, by the node's number.
    ///
    /// Neighbours in the same partitions share one array. The time grows linearly with the number of nodes, and with
    /// the number of ranges times the number of overlapping partitions.
    func holders(count: Int) -> [[String]] {
        var starts: [Int: [Int]] = [:]
        var ends: [Int: [Int]] = [:]
        for (partition, ranges) in indexes.enumerated() {
            for range in ranges where range.lowerBound < count {
                starts[range.lowerBound, default: []].append(partition)
                ends[range.upperBound + 1, default: []].append(partition)
            }
        }
        var held: [Int: Int] = [:]
        var names: [String] = []
        var holders: [[String]] = []
        holders.reserveCapacity(count)
        for index in 0..<count {
            let ended = ends[index], started = starts[index]
            if ended != nil || started != nil {
                for partition in ended ?? [] { held[partition, default: 0] -= 1 }
                for partition in started ?? [] { held[partition, default: 0] += 1 }
                names = held.keys.filter { held[$0, default: 0] > 0 }.sorted().map {
                    partitions[$0].name
                }
            }
            holders.append(names)
        }
        return holders
    }
}

extension PartitionLoad {
    fileprivate init(_ message: borrowing SlurmMessage<partition_info_msg_t>) {
        var partitions: [Partition] = []
        var indexes: [[ClosedRange<Int>]] = []
        unsafe message.forEach { record in
            guard let partition = unsafe Partition(slurm: record) else { return }
            partitions.append(partition)
            indexes.append(unsafe Partition.nodeIndexes(slurm: record.pointee))
        }
        self.partitions = partitions
        self.indexes = indexes
        time = unsafe message.updateTime
    }
}
