"""The scripts that rebuild the embedded picture model: `data`, then `autoencoder`, then `diffusion`."""
