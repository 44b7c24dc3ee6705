#!/usr/bin/perl
# Another package manager at work: locks files as apt and dpkg do, for a while.
# usage: hold-lock.pl SECONDS PIDS FILE...      (returns once it holds them; its pid is added to the file PIDS)
use strict;
use warnings;
use Fcntl qw(F_SETLK F_WRLCK O_RDWR O_CREAT SEEK_SET);
use POSIX ();

my ($seconds, $pids, @files) = @ARGV;
pipe(my $told, my $tell) or die "pipe: $!\n";
my $holder = fork // die "fork: $!\n";
if ($holder) {
    close $tell;
    # The locks of fcntl(2) belong to the process that takes them.
    defined(my $answer = <$told>) or die "hold-lock: the lock is held already\n";
    open(my $list, '>>', $pids) or die "$pids: $!\n";
    print $list "$holder\n";
    exit;
}
close $told;
POSIX::setsid();
my @held;
for my $file (@files) {
    sysopen(my $handle, $file, O_RDWR | O_CREAT, 0640) or die "$file: $!\n";
    # struct flock where off_t has 64 bits: type, whence, start, length, pid
    my $lock = pack('s s x4 q q i x4', F_WRLCK, SEEK_SET, 0, 0, 0);
    fcntl($handle, F_SETLK, $lock) or die "$file: $!\n";
    push @held, $handle;
}
$0 = 'unattended-upgr';
syswrite($tell, "held\n");
close $tell;
open(STDIN, '<', '/dev/null');
open(STDOUT, '>', '/dev/null');
open(STDERR, '>', '/dev/null');
sleep $seconds;
