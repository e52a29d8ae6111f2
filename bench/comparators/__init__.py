"""What ours is measured against: each as its best users would write it, and no part of the product."""
