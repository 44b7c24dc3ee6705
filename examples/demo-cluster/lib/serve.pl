#!/usr/bin/perl
# A Lustre server's port, without the server: at an address of its own on the loopback network, so that nothing
# leaves the machine. Prints the address.
#   answer    takes connections
#   swallow   answers nothing, as behind a closed security group: its queue is full
# usage: serve.pl answer|swallow PIDS     (its pid is added to the file PIDS)
use strict;
use warnings;
use IO::Handle;
use Socket;
use POSIX ();

my ($kind, $pids) = @ARGV;
my $address;
my $listener;
for my $attempt (1 .. 100) {
    $address = sprintf '127.30.%d.%d', 1 + int(rand 250), 1 + int(rand 250);
    socket($listener, PF_INET, SOCK_STREAM, 0) or die "socket: $!\n";
    last if bind($listener, pack_sockaddr_in(988, inet_aton($address)));
    die "bind: $!\n" if $attempt == 100;
}
listen($listener, $kind eq 'swallow' ? 0 : 64) or die "listen: $!\n";
my $daemon = fork // die "fork: $!\n";
if ($daemon) {
    open(my $list, '>>', $pids) or die "$pids: $!\n";
    print $list "$daemon\n";
    print "$address\n";
    exit;
}
POSIX::setsid();
open(STDIN, '<', '/dev/null');
open(STDOUT, '>', '/dev/null');
open(STDERR, '>', '/dev/null');
if ($kind eq 'answer') {
    while (1) { accept(my $connection, $listener) }
}
# More than the queue holds; the last ones wait for ever.
my @waiting;
for (1 .. 4) {
    socket(my $connection, PF_INET, SOCK_STREAM, 0);
    $connection->blocking(0);
    connect($connection, pack_sockaddr_in(988, inet_aton($address)));
    push @waiting, $connection;
}
sleep while 1;
