"""Guard models: language models trained to say whether a text is safe, on a server or in this process.

A family (llama_guard.py, shield_gemma.py, qwen3guard.py, gpt_oss_safeguard.py) knows how to ask and how to read the
answer; server.py and local.py know where the model runs; check.py puts one of each together.
"""
