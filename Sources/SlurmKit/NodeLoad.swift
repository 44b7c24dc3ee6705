internal import CSlurm
import SlurmModel

/// The nodes as slurmctld sent them.
struct NodeLoad: Hashable, Sendable {
    /// The nodes that slurmctld shows this user, in its order.
    private(set) var nodes: [Node]
    /// The number of each node in slurmctld's table, rising; the table also has hidden and empty entries.
    let numbers: [Int]
    /// slurmctld's clock at its answer.
    let time: Int

    /// Asks slurmctld.
    ///
    /// - Parameters:
    ///   - previous: What was loaded before; nil loads all of it.
    ///   - attempt: What is tried, for the error.
    ///   - userName: The name of a user number.
    /// - Returns: Nil where nothing has changed since the load before.
    /// - Throws: A ``SlurmError``.
    static func load(
        since previous: NodeLoad?, attempt: String, userName: (UInt32) -> String
    ) throws(SlurmError) -> NodeLoad? {
        do throws(SlurmError) {
            return unsafe NodeLoad(
                try SlurmMessage<node_info_msg_t>(attempt: attempt) {
                    unsafe cslurm_load_nodes(&$0, time_t(previous?.time ?? 0))
                }, userName: userName)
        } catch {
            guard previous != nil, error.code == cslurm_no_change else { throw error }
            return nil
        }
    }

    private init(
        _ message: borrowing SlurmMessage<node_info_msg_t>, userName: (UInt32) -> String
    ) {
        var nodes: [Node] = []
        var numbers: [Int] = []
        unsafe nodes.reserveCapacity(message.count)
        unsafe numbers.reserveCapacity(message.count)
        withoutActuallyEscaping(userName) { userName in
            var reader = NodeReader(userName: userName)
            var number = -1
            unsafe message.forEach { record in
                number += 1
                guard let node = unsafe reader.node(record) else { return }
                nodes.append(node)
                numbers.append(number)
            }
        }
        self.nodes = nodes
        self.numbers = numbers
        time = unsafe message.updateTime
    }

    /// Stores in each node the partitions it is in.
    mutating func place(in partitions: PartitionLoad) {
        let holders = partitions.holders(count: (numbers.last ?? -1) + 1)
        for (index, number) in numbers.enumerated() {
            nodes[index].partitions = holders[number]
        }
    }
}
